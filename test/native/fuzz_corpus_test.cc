#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "targets.h"
#include "video_files.h"

namespace movinet {
namespace {

using Target = void (*)(const uint8_t* data, size_t size);

/// Each input has once failed, or shows a fuzzer the way in. That none ends this process is what is
/// tested; `npm run test:fuzz` searches for more.
void ReadCorpus(const std::string& name, Target target) {
  const auto folder =
      std::filesystem::path(__FILE__).parent_path().parent_path() / "fuzz/corpus" / name;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    const std::vector<char> bytes = ReadBytes(file);
    EXPECT_NO_THROW(target(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
  }
}

TEST(FuzzCorpusTest, Videos) { ReadCorpus("video", fuzz::Video); }
TEST(FuzzCorpusTest, SavedModels) { ReadCorpus("saved-model", fuzz::SavedModel); }

}  // namespace
}  // namespace movinet
