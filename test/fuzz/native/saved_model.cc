#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "targets.h"
#include "tensorflow/session.h"
#include "tensorflow/status.h"

namespace movinet::fuzz {
namespace {

/// Between the parts of an input: short, and in no protocol-buffer message by chance.
constexpr std::string_view kSeparator = "\xff\xff--next file--\xff\xff";

/// A folder in memory: TensorFlow reads files alone, and a disk would be slow.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = "/dev/shm/movinet-fuzz-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string_view TakePart(std::string_view& rest) {
  const size_t end = rest.find(kSeparator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? "" : rest.substr(end + kSeparator.size());
  return part;
}

void WriteFile(const std::filesystem::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
}

}  // namespace

void SavedModel(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const ScratchFolder scratch;
  const std::filesystem::path& folder = scratch.path();
  const std::filesystem::path variables = folder / "variables";
  WriteFile(folder / "saved_model.pb", TakePart(rest));
  if (!rest.empty()) {
    std::filesystem::create_directory(variables);
    WriteFile(variables / "variables.index", TakePart(rest));
    WriteFile(variables / "variables.data-00000-of-00001", TakePart(rest));
  }
  try {
    Session::LoadSavedModel(folder.string(), {"serve"}, {});
  } catch (const TensorFlowError&) {
    // Refused.
  }
}

}  // namespace movinet::fuzz

#ifdef MOVINET_FUZZER
// Its name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  movinet::fuzz::SavedModel(data, size);
  return 0;
}
#endif
