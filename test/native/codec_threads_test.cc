#include "video/codec_threads.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <string>

#include "video/video_reader.h"
#include "video_files.h"

namespace movinet {
namespace {

ptrdiff_t CountThreads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

TEST(CodecThreadsTest, AReaderStartsNoThreads) {
  const TemporaryFolder folder;
  // FFmpeg decodes both of these codecs with frame threads where it may.
  for (const auto& [name, fourcc] : {std::pair{"a.avi", "MJPG"}, {"b.mp4", "mp4v"}}) {
    WriteTestVideo(folder.File(name), 64, 48, 4, fourcc);
    const ptrdiff_t before = CountThreads();
    VideoReader reader = VideoReader::OpenFile(folder.File(name));
    ASSERT_TRUE(reader.Grab());
    EXPECT_EQ(CountThreads(), before) << name;
  }
}

}  // namespace
}  // namespace movinet
