#include "video/codec_options.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "video/video_error.h"
#include "video/video_reader.h"
#include "video_files.h"

namespace movinet {
namespace {

ptrdiff_t CountThreads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

TEST(CodecOptionsTest, AReaderStartsNoThreads) {
  const TemporaryFolder folder;
  // FFmpeg decodes both of these codecs with frame threads where it may.
  for (const auto& [name, fourcc] : {std::pair{"a.avi", "MJPG"}, {"b.mp4", "mp4v"}}) {
    WriteTestVideo(folder.File(name), 64, 48, 4, fourcc);
    const ptrdiff_t before = CountThreads();
    VideoReader reader = VideoReader::OpenFile(folder.File(name));
    ASSERT_TRUE(reader.Grab());
    EXPECT_LE(CountThreads(), before) << name;
  }
}

/// Writes a VP8 video whose frames say another size than they have.
void WriteVp8Frames(const std::string& path, int width, int height) {
  WriteTestVideo(path, 32, 16, 4, "VP80");
  std::vector<char> bytes = ReadBytes(path);
  // A key frame's start code, then width and height in two bytes each, the low one first.
  const std::string frame = "\x9d\x01\x2a";
  auto found = bytes.begin();
  while ((found = std::search(found, bytes.end(), frame.begin(), frame.end())) != bytes.end()) {
    for (const int size : {width, height}) {
      found += size == width ? 3 : 2;
      found[0] = static_cast<char>(size & 255);
      found[1] = static_cast<char>(size >> 8);
    }
  }
  WriteBytes(path, bytes);
}

TEST(CodecOptionsTest, AReaderTakesNoMemoryForAHugeFrame) {
  const TemporaryFolder folder;
  WriteVp8Frames(folder.File("a.webm"), 32, 16);
  EXPECT_NO_THROW(VideoReader::OpenFile(folder.File("a.webm")));
  // Within what FFmpeg itself allows: 366 MiB for the frame and 732 MiB for its colours.
  WriteVp8Frames(folder.File("b.webm"), 16000, 15999);
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  EXPECT_THROW(VideoReader::OpenFile(folder.File("b.webm")), VideoError);
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 100 * 1024);
}

}  // namespace
}  // namespace movinet
