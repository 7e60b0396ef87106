#include "tensorflow/saved_model_check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "tensorflow/bundle_check.h"
#include "tensorflow/promised_size.h"
#include "tensorflow/status.h"
#include "tensorflow/wire_reader.h"

namespace movinet {
namespace {

/// What all constants together may take beyond the bytes that stand for them: one number may stand
/// for a whole tensor of zeros, and models use it for some megabytes.
constexpr int64_t kMostFilledBytes = int64_t{512} << 20;
/// Protocol buffers of TensorFlow's own are refused when they are deeper.
constexpr int kDeepest = 100;

/// Finds the constants of a GraphDef and adds up what they promise.
class ConstantCheck {
 public:
  void GraphDef(std::string_view bytes) {
    for (WireReader graph(bytes); !graph.AtEnd();) {
      const WireReader::Field field = graph.Next();
      if (field.IsBytes(1)) Attributes(field.bytes, 5);
      if (field.IsBytes(2)) Library(field.bytes);
    }
  }

 private:
  void Library(std::string_view bytes) {
    for (WireReader library(bytes); !library.AtEnd();) {
      const WireReader::Field function = library.Next();
      if (!function.IsBytes(1)) continue;
      Attributes(function.bytes, 5);
      for (WireReader reader(function.bytes); !reader.AtEnd();) {
        const WireReader::Field field = reader.Next();
        if (field.IsBytes(3)) Attributes(field.bytes, 5);
        if (field.IsBytes(7)) ArgumentAttributes(field.bytes);
      }
    }
  }

  /// An entry of `map<uint32, ArgAttrs>`.
  void ArgumentAttributes(std::string_view entry) {
    for (WireReader reader(entry); !reader.AtEnd();) {
      const WireReader::Field field = reader.Next();
      if (field.IsBytes(2)) Attributes(field.bytes, 1);
    }
  }

  /// The values of the field `number`, a `map<string, AttrValue>`.
  void Attributes(std::string_view message, uint64_t number) {
    for (WireReader reader(message); !reader.AtEnd();) {
      const WireReader::Field entry = reader.Next();
      if (!entry.IsBytes(number)) continue;
      AttrValue(Only(entry.bytes, 2));
    }
  }

  void AttrValue(std::string_view bytes) {
    if (++depth_ > kDeepest) throw WireError("attributes too deep");
    Tensor(Only(bytes, 8));
    for (WireReader reader(bytes); !reader.AtEnd();) {
      const WireReader::Field field = reader.Next();
      if (field.IsBytes(1)) List(field.bytes);
      if (field.IsBytes(10)) Attributes(field.bytes, 2);
    }
    --depth_;
  }

  void List(std::string_view bytes) {
    for (WireReader reader(bytes); !reader.AtEnd();) {
      const WireReader::Field field = reader.Next();
      if (field.IsBytes(8)) Tensor(field.bytes);
      if (field.IsBytes(9)) Attributes(field.bytes, 2);
    }
  }

  void Tensor(std::string_view bytes) {
    uint64_t dtype = 0;
    for (WireReader reader(bytes); !reader.AtEnd();) {
      const WireReader::Field field = reader.Next();
      if (field.IsVarint(1)) dtype = field.value;
    }
    const int64_t promised = PromisedBytes(dtype, PromisedElements(Only(bytes, 2)));
    const int64_t filled = std::max<int64_t>(0, promised - static_cast<int64_t>(bytes.size()));
    if (__builtin_add_overflow(filled_, filled, &filled_) || filled_ > kMostFilledBytes) {
      throw WireError("its constants would take more than " +
                      std::to_string(kMostFilledBytes >> 20) + " MiB more than it holds");
    }
  }

  /// The sub-message `number`, empty where there is none. Twice, its parts would be merged, and
  /// be more together than each alone: nobody writes it so.
  static std::string_view Only(std::string_view message, uint64_t number) {
    std::string_view found;
    bool seen = false;
    for (WireReader reader(message); !reader.AtEnd();) {
      const WireReader::Field field = reader.Next();
      if (!field.IsBytes(number)) continue;
      if (seen) throw WireError("a field that stands twice");
      seen = true;
      found = field.bytes;
    }
    return found;
  }

  int64_t filled_ = 0;
  int depth_ = 0;
};

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw TensorFlowError(TF_NOT_FOUND, "There is no " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void CheckGraphs(std::string_view saved_model) {
  constexpr uint64_t kMetaGraphs = 2;
  constexpr uint64_t kGraphDef = 2;
  for (WireReader model(saved_model); !model.AtEnd();) {
    const WireReader::Field meta_graph = model.Next();
    if (!meta_graph.IsBytes(kMetaGraphs)) continue;
    ConstantCheck constants;
    for (WireReader reader(meta_graph.bytes); !reader.AtEnd();) {
      const WireReader::Field field = reader.Next();
      if (field.IsBytes(kGraphDef)) constants.GraphDef(field.bytes);
    }
  }
}

}  // namespace

void CheckSavedModel(const std::string& directory) {
  const std::filesystem::path folder(directory);
  std::filesystem::path file = folder / "saved_model.pb";
  try {
    CheckGraphs(ReadFile(file));
    file = folder / "variables" / "variables.index";
    if (std::filesystem::exists(file)) CheckBundleIndex(ReadFile(file), DataBytes(file));
  } catch (const WireError& error) {
    throw TensorFlowError(TF_DATA_LOSS, file.string() + " is damaged (" + error.what() + ")");
  }
}

}  // namespace movinet
