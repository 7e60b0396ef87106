#include "video/containers/media_reader.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "clips/clip_reader.h"
#include "media/video_error.h"
#include "video_files.h"

namespace movinet {
namespace {

std::string CorpusFile(const std::string& name) {
  const auto folder = std::filesystem::path(__FILE__).parent_path();
  return (folder / "../../../fuzz/corpus/video" / name).string();
}

ptrdiff_t CountThreads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

TEST(MediaReaderTest, StartsNoThreads) {
  const TemporaryFolder folder;
  // FFmpeg decodes both of these codecs with frame threads where it may.
  for (const auto& [name, fourcc] : {std::pair{"a.avi", "MJPG"}, {"b.mp4", "mp4v"}}) {
    WriteTestVideo(folder.File(name), 64, 48, 4, fourcc);
    const ptrdiff_t before = CountThreads();
    const auto reader = OpenReader(folder.File(name));
    ASSERT_TRUE(reader->Grab());
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

TEST(MediaReaderTest, TakesNoMemoryForAHugeFrame) {
  const TemporaryFolder folder;
  WriteVp8Frames(folder.File("a.webm"), 32, 16);
  EXPECT_NO_THROW(OpenReader(folder.File("a.webm")));
  // Within what FFmpeg itself allows: 366 MiB for the frame and 732 MiB for its colours.
  WriteVp8Frames(folder.File("b.webm"), 16000, 15999);
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  EXPECT_THROW(OpenReader(folder.File("b.webm")), VideoError);
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 100 * 1024);
}

TEST(MediaReaderTest, AFrameIsAsLargeAsItIsWhateverItsContainerSays) {
  // Its container says 48 rows, its frames have 16.
  const auto reader = OpenReader(CorpusFile("found-taller-than-its-frames.webm"));
  ASSERT_TRUE(reader->Grab());
  EXPECT_EQ(reader->Retrieve().height, 16);
}

TEST(MediaReaderTest, AFrameTooNarrowToBeResizedIsTheVideosFault) {
  ClipReader reader(OpenReader(CorpusFile("found-too-narrow.avi")));
  ResizeWithPad resize(16);
  std::vector<float> clip(16 * 16 * 3);
  ClipSlot slot = SlotOver(clip, 16);
  EXPECT_THROW(reader.Read(1, 1, resize, slot, NeverAborted()), VideoError);
}

TEST(MediaReaderTest, ABadPictureIsCountedAndReadOver) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 20);
  std::vector<char> bytes = ReadBytes(folder.File("a.avi"));
  // The data of picture 7, after the chunk's name and size.
  const std::string name = "00dc";
  auto picture = bytes.begin();
  for (int i = 0; i <= 7; ++i) {
    picture = std::search(picture + 1, bytes.end(), name.begin(), name.end());
    ASSERT_NE(picture, bytes.end());
  }
  const auto size = static_cast<uint8_t>(picture[4]) + 256 * static_cast<uint8_t>(picture[5]);
  std::mt19937 random(7);
  std::generate_n(picture + 8, size, [&random] { return static_cast<char>(random()); });
  WriteBytes(folder.File("bad.avi"), bytes);
  const auto whole = ReadAll(folder.File("a.avi"));
  const auto reader = OpenReader(folder.File("bad.avi"));
  std::vector<std::vector<uint8_t>> frames;
  while (reader->Grab()) frames.push_back(CopyFrame(reader->Retrieve()));
  ASSERT_EQ(frames.size(), 19u);
  EXPECT_EQ(reader->position().damaged_packets, 1);
  EXPECT_EQ(frames[6], whole[6]);
  EXPECT_EQ(frames[7], whole[8]);
  EXPECT_EQ(frames[18], whole[19]);
}

TEST(MediaReaderTest, TellsTheFilesTimes) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 3);
  const auto reader = OpenReader(folder.File("a.avi"));
  EXPECT_EQ(reader->position().frame, -1);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(reader->Grab());
    EXPECT_EQ(reader->position().frame, i);
    EXPECT_EQ(reader->position().seconds, i / 25.0);
  }
  EXPECT_FALSE(reader->Grab());
  EXPECT_EQ(reader->position().frame, 2);
}

}  // namespace
}  // namespace movinet
