#include "video/containers/media_seeker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "media/video_error.h"
#include "video/video_index.h"
#include "video_files.h"

namespace movinet {
namespace {

using Bytes = std::vector<uint8_t>;

VideoIndex Index(const std::string& path) {
  return IndexVideo(path, ReadingOptions(), NeverAborted());
}

/// Some frames of a video, in order.
std::vector<int64_t> Draw(std::mt19937& random, int64_t frames) {
  std::vector<int64_t> wanted;
  for (unsigned count = 1 + random() % 3; count > 0; --count) {
    wanted.push_back(static_cast<int64_t>(random() % static_cast<unsigned>(frames)));
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

/// Any frames, in any combination, equal those of reading from the first one on.
void ExpectSameFrames(const std::string& path, int tries, unsigned seed) {
  SCOPED_TRACE(path);
  const std::vector<Bytes> all = ReadAll(path);
  const FrameTable table = Index(path).frames;
  ASSERT_EQ(table.frame_count(), static_cast<int64_t>(all.size()));
  std::mt19937 random(seed);
  for (int i = 0; i < tries; ++i) {
    const std::vector<int64_t> wanted = Draw(random, table.frame_count());
    MediaSeeker seeker(path, ReadingOptions(), table, wanted, NeverAborted());
    for (const int64_t number : wanted) {
      ASSERT_TRUE(seeker.Next()) << number;
      ASSERT_EQ(CopyFrame(seeker.Retrieve()), all[static_cast<size_t>(number)]) << number;
    }
    EXPECT_FALSE(seeker.Next());
  }
}

TEST(MediaSeekerTest, AnyFramesOfGeneratedFilesAreThose) {
  const TemporaryFolder folder;
  for (const auto& [name, fourcc] :
       {std::pair{"a.avi", "MJPG"}, {"b.mp4", "mp4v"}, {"c.avi", "XVID"}, {"d.webm", "VP80"}}) {
    WriteTestVideo(folder.File(name), 64, 48, 90, fourcc);
    ExpectSameFrames(folder.File(name), 60, 3);
  }
}

TEST(MediaSeekerTest, MeetsTheEndAndCountsUpToIt) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 30);
  const FrameTable table = Index(folder.File("a.avi")).frames;
  MediaSeeker seeker(folder.File("a.avi"), ReadingOptions(), table, {29, 30, 31}, NeverAborted());
  EXPECT_TRUE(seeker.Next());
  EXPECT_EQ(seeker.ends_at(), std::nullopt);
  EXPECT_FALSE(seeker.Next());
  EXPECT_EQ(seeker.ends_at(), 30);
}

TEST(MediaSeekerTest, ATableOfAnotherFileDoesNotLeadAstray) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.mp4"), 64, 48, 60, "mp4v");
  const std::vector<Bytes> all = ReadAll(folder.File("a.mp4"));
  FrameTable table = Index(folder.File("a.mp4")).frames;
  for (int64_t& id : table.ids) id += 5;
  for (KeyFrame& key_frame : table.key_frames) key_frame.pts = key_frame.dts = key_frame.pts + 5;
  MediaSeeker seeker(folder.File("a.mp4"), ReadingOptions(), table, {20, 50}, NeverAborted());
  ASSERT_TRUE(seeker.Next());
  EXPECT_EQ(CopyFrame(seeker.Retrieve()), all[20]);
  ASSERT_TRUE(seeker.Next());
  EXPECT_EQ(CopyFrame(seeker.Retrieve()), all[50]);
}

TEST(MediaSeekerTest, EndsWhenItIsAborted) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 30);
  const FrameTable table = Index(folder.File("a.avi")).frames;
  std::atomic<bool> aborted{false};
  MediaSeeker seeker(folder.File("a.avi"), ReadingOptions(), table, {29}, aborted);
  aborted = true;
  EXPECT_THROW(seeker.Next(), ReadingAborted);
}

TEST(MediaSeekerTest, AnyFramesOfTheZooAreThose) {
  const std::filesystem::path zoo = AssetsFolder() / "videos/zoo";
  if (!std::filesystem::is_directory(zoo)) GTEST_SKIP() << "The zoo is absent: set MOVINET_ASSETS";
  // What a decoder paints where data is missing is its own choice, and where packets are lost
  // reading on has fewer frames than the container.
  constexpr std::array<const char*, 4> kDamaged = {"damaged.mp4", "bad-picture.avi", "no-moov.mp4",
                                                   "truncated.mp4"};
  constexpr std::array<const char*, 10> kVideos = {".mp4", ".mkv", ".webm", ".avi", ".ts",
                                                   ".mov", ".mpg", ".gif",  ".mts", ".wmv"};
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(zoo)) {
    const std::string name = entry.path().filename().string();
    const std::string extension = entry.path().extension().string();
    const auto is = [](const std::string& text) {
      return [&text](const char* each) { return text == each; };
    };
    if (std::any_of(kDamaged.begin(), kDamaged.end(), is(name))) continue;
    if (std::none_of(kVideos.begin(), kVideos.end(), is(extension))) continue;
    ExpectSameFrames(entry.path().string(), 30, 11);
    ++count;
  }
  EXPECT_GT(count, 30);
}

TEST(MediaSeekerTest, AnyFramesOfUcf101AreThose) {
  const std::vector<std::string> clips = UcfClips(1);
  if (clips.empty()) GTEST_SKIP() << "The UCF101 clips are absent: set MOVINET_ASSETS";
  for (const std::string& path : clips) ExpectSameFrames(path, 4, 5);
}

}  // namespace
}  // namespace movinet
