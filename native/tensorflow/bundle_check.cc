#include "tensorflow/bundle_check.h"

#include <tensorflow/c/tf_datatype.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "tensorflow/promised_size.h"
#include "tensorflow/wire_reader.h"

namespace movinet {
namespace {

/// tensorflow/core/lib/io/format.h.
constexpr size_t kFooterBytes = 48;
constexpr size_t kTrailerBytes = 5;
constexpr std::string_view kMagic("\x57\xfb\x80\x8b\x24\x75\x47\xdb", 8);

uint64_t Uint32(std::string_view bytes, size_t at) {
  uint64_t value = 0;
  for (size_t i = 4; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes.at(at + i));
  return value;
}

/// The values of a block that `handle` (offset and size) names; that of the empty key, which is the
/// bundle's header, is left out.
std::vector<std::string_view> BlockValues(std::string_view file, WireReader& handle) {
  const uint64_t offset = handle.Varint();
  const uint64_t size = handle.Varint();
  if (size < 4 || size > file.size() || offset > file.size() - size ||
      file.size() - size - offset < kTrailerBytes) {
    throw WireError("a block beyond its end");
  }
  // TensorFlow writes its bundles without compression.
  if (file[offset + size] != 0) throw WireError("a compressed block");
  const std::string_view block = file.substr(offset, size);
  const uint64_t restarts = Uint32(block, size - 4);
  if (restarts > (size - 4) / 4) throw WireError("a block without an end");
  const size_t end = size - 4 - restarts * 4;

  std::vector<uint64_t> starts;
  std::vector<std::string_view> values;
  for (WireReader entries(block.substr(0, end)); !entries.AtEnd();) {
    starts.push_back(end - entries.size());
    const uint64_t shared = entries.Varint();
    const uint64_t own = entries.Varint();
    const uint64_t length = entries.Varint();
    entries.Take(own);
    const std::string_view value = entries.Take(length);
    if (shared > 0 || own > 0) values.push_back(value);
  }
  // TensorFlow jumps to these: elsewhere it would read other entries than stand here.
  for (uint64_t i = 0; i < restarts; ++i) {
    const uint64_t start = Uint32(block, end + i * 4);
    if (!std::binary_search(starts.begin(), starts.end(), start) && start != end) {
      throw WireError("a place within an entry");
    }
  }
  return values;
}

void CheckEntry(std::string_view bytes, int64_t data_bytes) {
  uint64_t dtype = 0;
  std::string_view shape;
  int64_t size = 0;
  bool sliced = false;
  for (WireReader reader(bytes); !reader.AtEnd();) {
    const WireReader::Field field = reader.Next();
    if (field.IsVarint(1)) dtype = field.value;
    if (field.IsBytes(2)) {
      if (!shape.empty()) throw WireError("a field that stands twice");
      shape = field.bytes;
    }
    if (field.IsVarint(5)) size = static_cast<int64_t>(field.value);
    if (field.IsBytes(7)) sliced = true;
  }
  const int64_t elements = PromisedElements(shape);
  const bool fixed = dtype < 1000 && TF_DataTypeSize(static_cast<TF_DataType>(dtype)) > 0;
  // Each string has its length in the data, in one byte at least.
  const int64_t promised = fixed ? PromisedBytes(dtype, elements) : elements;
  // A tensor in slices has its numbers in other entries.
  const int64_t held = sliced ? data_bytes : size;
  if (size < 0 || size > data_bytes || promised > held) {
    throw WireError("a tensor larger than its data");
  }
}

}  // namespace

void CheckBundleIndex(std::string_view index, int64_t data_bytes) {
  if (index.size() < kFooterBytes || index.substr(index.size() - kMagic.size()) != kMagic) {
    throw WireError("truncated, or no index");
  }
  WireReader footer(index.substr(index.size() - kFooterBytes));
  footer.Varint();
  footer.Varint();
  size_t left = index.size();
  for (const std::string_view handle : BlockValues(index, footer)) {
    WireReader place(handle);
    // One block named again and again would take for ever.
    WireReader copy(handle);
    copy.Varint();
    const uint64_t size = copy.Varint();
    if (size > left) throw WireError("blocks over one another");
    left -= size;
    for (const std::string_view entry : BlockValues(index, place)) CheckEntry(entry, data_bytes);
  }
}

int64_t DataBytes(const std::filesystem::path& index) {
  const std::string beginning = index.stem().string() + ".data-";
  int64_t bytes = 0;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(index.parent_path(), failed)) {
    if (entry.path().filename().string().rfind(beginning, 0) != 0) continue;
    const uintmax_t size = entry.file_size(failed);
    if (!failed) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

}  // namespace movinet
