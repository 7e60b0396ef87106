#include "video/video_index.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "media/video_error.h"
#include "video_files.h"

namespace movinet {
namespace {

VideoIndex Index(const std::string& path, const ReadingOptions& options = {},
                 Indexing indexing = Indexing::kByContainer) {
  return IndexVideo(path, options, NeverAborted(), indexing);
}

std::string ErrorOf(const std::string& path, const ReadingOptions& options = {}) {
  try {
    Index(path, options);
  } catch (const VideoError& error) {
    return error.what();
  }
  return "no error";
}

TEST(VideoIndexTest, CountsFramesAndKeyFrames) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 30);
  const VideoIndex index = Index(folder.File("a.avi"));
  EXPECT_EQ(index.width, 64);
  EXPECT_EQ(index.height, 48);
  EXPECT_EQ(index.frames.frame_count(), 30);
  EXPECT_EQ(index.frames.key_frames.size(), 30u);
  EXPECT_TRUE(index.exact);
  EXPECT_FALSE(index.is_cut_off);
  EXPECT_EQ(index.frame_rate, 25);
  EXPECT_EQ(index.codec, "mjpeg");
  EXPECT_EQ(index.frames.identity, FrameIdentity::kPts);
}

TEST(VideoIndexTest, DecodingFindsTheSameTable) {
  const TemporaryFolder folder;
  for (const auto& [name, fourcc] :
       {std::pair{"a.avi", "MJPG"}, {"b.mp4", "mp4v"}, {"c.avi", "XVID"}}) {
    WriteTestVideo(folder.File(name), 64, 48, 40, fourcc);
    const FrameTable quick = Index(folder.File(name)).frames;
    const VideoIndex decoded = Index(folder.File(name), {}, Indexing::kByDecoding);
    EXPECT_EQ(decoded.damaged_packets, 0);
    EXPECT_EQ(decoded.frames.times, quick.times) << name;
    EXPECT_EQ(decoded.frames.ids, quick.ids) << name;
    ASSERT_EQ(decoded.frames.key_frames.size(), quick.key_frames.size()) << name;
    for (size_t i = 0; i < quick.key_frames.size(); ++i) {
      EXPECT_EQ(decoded.frames.key_frames[i].frame, quick.key_frames[i].frame) << name;
    }
  }
}

TEST(VideoIndexTest, AFileThatBreaksOffSaysSo) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("whole.avi"), 64, 48, 30);
  const std::vector<char> bytes = ReadBytes(folder.File("whole.avi"));
  WriteBytes(folder.File("cut.avi"),
             {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(bytes.size() / 2)});
  const VideoIndex index = Index(folder.File("cut.avi"));
  EXPECT_TRUE(index.is_cut_off);
  EXPECT_GT(index.frames.frame_count(), 5);
  EXPECT_LT(index.frames.frame_count(), 25);
  EXPECT_EQ(index.promised_frames, 30);
  const VideoIndex decoded = Index(folder.File("cut.avi"), {}, Indexing::kByDecoding);
  EXPECT_TRUE(decoded.is_cut_off);
  EXPECT_EQ(decoded.promised_frames, 30);
  EXPECT_EQ(Index(folder.File("whole.avi")).promised_frames, std::nullopt);
}

TEST(VideoIndexTest, ARealClipThatBreaksOffAnywhereSaysSo) {
  const std::vector<std::string> clips = UcfClips(12);
  if (clips.empty()) GTEST_SKIP() << "The UCF101 clips are absent: set MOVINET_ASSETS";
  const TemporaryFolder folder;
  const std::string cut = folder.File("cut.avi");
  for (const std::string& path : clips) {
    SCOPED_TRACE(path);
    const VideoIndex whole = Index(path);
    EXPECT_FALSE(whole.is_cut_off);
    EXPECT_EQ(whole.promised_frames, std::nullopt);
    const std::vector<char> bytes = ReadBytes(path);
    for (const size_t percent : {25u, 60u, 90u}) {
      const size_t size = bytes.size() * percent / 100;
      WriteBytes(cut, {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)});
      const VideoIndex index = Index(cut);
      EXPECT_TRUE(index.is_cut_off) << percent;
      // A codec's last packet may be the end of a frame, and none of its own.
      EXPECT_NEAR(static_cast<double>(index.promised_frames.value_or(0)),
                  static_cast<double>(whole.frames.frame_count()), 1);
      EXPECT_LT(index.frames.frame_count(), whole.frames.frame_count());
    }
  }
}

TEST(VideoIndexTest, TheZoosFilesPromiseWhatTheyHaveButForTheOneThatIsCutOff) {
  const std::filesystem::path zoo = AssetsFolder() / "videos/zoo";
  if (!std::filesystem::is_directory(zoo)) GTEST_SKIP() << "The zoo is absent: set MOVINET_ASSETS";
  for (const auto& entry : std::filesystem::directory_iterator(zoo)) {
    const std::string name = entry.path().filename().string();
    if (ErrorOf(entry.path().string()) != "no error") continue;
    const VideoIndex index = Index(entry.path().string());
    const bool is_cut_off = name == "truncated.mp4";
    EXPECT_EQ(index.is_cut_off, is_cut_off) << name;
    EXPECT_EQ(index.promised_frames, is_cut_off ? std::optional<int64_t>(200) : std::nullopt);
  }
}

TEST(VideoIndexTest, RefusesFramesThatAreTooLarge) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 3);
  ReadingOptions options;
  options.max_pixels = 64 * 48;
  EXPECT_EQ(ErrorOf(folder.File("a.avi"), options), "no error");
  options.max_pixels -= 1;
  EXPECT_NE(ErrorOf(folder.File("a.avi"), options).find("64x48 are larger"), std::string::npos);
}

TEST(VideoIndexTest, AListOfOtherFilesIsRefusedUnlessItIsAllowed) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 5);
  const std::string concat = "ffconcat version 1.0\nfile a.avi\nfile a.avi\n";
  const std::string hls = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.avi\n#EXT-X-ENDLIST\n";
  // Newer FFmpegs know HLS by its extension only.
  for (const auto& [name, list] : {std::pair("list.mp4", concat), std::pair("list.m3u8", hls)}) {
    WriteBytes(folder.File(name), {list.begin(), list.end()});
    EXPECT_NE(ErrorOf(folder.File(name)).find("--allow-playlists"), std::string::npos) << name;
  }
  ReadingOptions options;
  options.allow_playlists = true;
  WriteBytes(folder.File("list.mp4"), {concat.begin(), concat.end()});
  EXPECT_EQ(Index(folder.File("list.mp4"), options).frames.frame_count(), 10);
}

TEST(VideoIndexTest, EndsWhenItIsAborted) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 5);
  const std::atomic<bool> aborted{true};
  EXPECT_THROW(IndexVideo(folder.File("a.avi"), ReadingOptions(), aborted), ReadingAborted);
}

}  // namespace
}  // namespace movinet
