#include "video/frame_guard.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "video/clip_reader.h"
#include "video/video_error.h"
#include "video_files.h"

namespace movinet {
namespace {

std::string CorpusFile(const std::string& name) {
  const auto folder = std::filesystem::path(__FILE__).parent_path().parent_path();
  return (folder / "fuzz/corpus/video" / name).string();
}

TEST(FrameGuardTest, KnowsTheFormOfADecodedFrame) {
  const TemporaryFolder folder;
  for (const auto& [width, height] : {std::pair{64, 48}, {34, 18}}) {
    WriteTestVideo(folder.File("a.avi"), width, height, 2);
    VideoReader::OpenFile(folder.File("a.avi"));
    EXPECT_EQ(LastDecodedFrame().width, width);
    EXPECT_EQ(LastDecodedFrame().height, height);
  }
}

TEST(FrameGuardTest, RefusesAPictureThatIsLargerThanItsBuffer) {
  // Its container says 48 rows, its frames have 16: OpenCV 4.6 would read the other 32 out of
  // whatever follows in memory.
  VideoReader reader = VideoReader::OpenFile(CorpusFile("found-taller-than-its-frames.webm"));
  ASSERT_TRUE(reader.Grab());
  EXPECT_THROW(reader.Retrieve(), VideoError);
}

TEST(FrameGuardTest, AFrameTooNarrowToBeResizedIsTheVideosFault) {
  ClipReader reader(VideoReader::OpenFile(CorpusFile("found-too-narrow.avi")));
  ResizeWithPad resize(16);
  std::vector<float> clip(16 * 16 * 3);
  ClipSlot slot = SlotOver(clip, 16);
  const std::atomic<bool> cancelled{false};
  EXPECT_THROW(reader.Read(1, 1, resize, slot, cancelled), VideoError);
}

}  // namespace
}  // namespace movinet
