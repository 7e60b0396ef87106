#include "video/pictures/picture_seeker.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clips/clip_decoder.h"
#include "job_future.h"
#include "picture_files.h"
#include "video/video_index.h"

namespace movinet {
namespace {

using Bytes = std::vector<uint8_t>;

/// The pictures' numbers that a seeker shows for the wanted frames.
std::vector<int> Seek(const std::string& path, const FrameTable& table,
                      const std::vector<int64_t>& wanted, std::optional<int64_t>* ends_at,
                      int64_t* damaged) {
  const auto seeker = FrameSeeker::Open(path, ReadingOptions(), table, wanted, NeverAborted());
  std::vector<int> shown;
  while (seeker->Next()) {
    const Bytes frame = CopyFrame(seeker->Retrieve());
    for (int i = 0; i < 20; ++i) {
      if (frame == Bgr(TestFrame(8, 8, i))) shown.push_back(i);
    }
  }
  *ends_at = seeker->ends_at();
  *damaged = seeker->damaged_packets();
  return shown;
}

TEST(PictureSeekerTest, TheNextPictureStandsForOneThatDoesNotDecode) {
  const TemporaryFolder folder;
  WriteDamaged(folder);
  const std::string path = folder.path().string();
  const FrameTable table = IndexVideo(path, {}, NeverAborted()).frames;
  EXPECT_EQ(table.frame_count(), 10);
  std::optional<int64_t> ends_at;
  int64_t damaged = 0;
  EXPECT_EQ(Seek(path, table, {0, 2, 4, 5, 6, 7}, &ends_at, &damaged),
            (std::vector<int>{1, 2, 6, 6, 6, 7}));
  EXPECT_EQ(ends_at, std::nullopt);
  EXPECT_EQ(damaged, 3);
  EXPECT_EQ(Seek(path, table, {9}, &ends_at, &damaged), std::vector<int>());
  EXPECT_EQ(ends_at, 9);
  EXPECT_EQ(damaged, 1);
  EXPECT_EQ(Seek(path, table, {3, 8, 9}, &ends_at, &damaged), (std::vector<int>{3, 8}));
  EXPECT_EQ(ends_at, 9);
}

TEST(PictureSeekerTest, AnIndexByDecodingHasNoFrameForWhatDoesNotDecode) {
  const TemporaryFolder folder;
  WriteDamaged(folder);
  ReadingOptions options;
  options.picture_rate = 10;
  const std::string path = folder.path().string();
  const VideoIndex index = IndexVideo(path, options, NeverAborted(), Indexing::kByDecoding);
  EXPECT_EQ(index.damaged_packets, 4);
  EXPECT_EQ(index.codec, "png");
  ASSERT_EQ(index.frames.frame_count(), 6);
  EXPECT_DOUBLE_EQ(index.frames.seconds(3), 0.6);
  const FrameTable table = UnpackTable(PackTable(index.frames));
  std::optional<int64_t> ends_at;
  int64_t damaged = 0;
  EXPECT_EQ(Seek(path, table, {0, 1, 2, 3, 4, 5, 6}, &ends_at, &damaged),
            (std::vector<int>{1, 2, 3, 6, 7, 8}));
  EXPECT_EQ(ends_at, 6);
}

TEST(PictureSeekerTest, AFolderThatChangedSinceItsIndexHasAnotherEnd) {
  const TemporaryFolder folder;
  WriteNumbered(folder, 0, 8);
  const std::string path = folder.path().string();
  const FrameTable table = IndexVideo(path, {}, NeverAborted()).frames;
  std::filesystem::remove(folder.File("6.png"));
  std::filesystem::remove(folder.File("7.png"));
  std::optional<int64_t> ends_at;
  int64_t damaged = 0;
  EXPECT_EQ(Seek(path, table, {4, 5, 6, 7}, &ends_at, &damaged), (std::vector<int>{4, 5}));
  EXPECT_EQ(ends_at, 6);
  EXPECT_EQ(Seek(path, table, {7}, &ends_at, &damaged), std::vector<int>());
  EXPECT_EQ(ends_at, 6);
  EXPECT_EQ(damaged, 0);
  WriteNumbered(folder, 6, 11);
  EXPECT_EQ(Seek(path, table, {7, 9, 10, 11}, &ends_at, &damaged), (std::vector<int>{7, 9, 10}));
  EXPECT_EQ(ends_at, 11);
}

TEST(PictureSeekerTest, ATableOfAFileDoesNotLeadAstray) {
  const TemporaryFolder folder;
  WriteNumbered(folder, 0, 4);
  FrameTable counted;
  counted.times = {0, 1, 2, 3};
  FrameTable early = counted;
  early.identity = FrameIdentity::kPts;
  early.ids = {INT64_MIN + 1, -1, 2, INT64_MAX};
  FrameTable late = early;
  late.ids = {0, 512, 1024, INT64_MAX};
  std::optional<int64_t> ends_at;
  int64_t damaged = 0;
  const std::string path = folder.path().string();
  EXPECT_EQ(Seek(path, counted, {1, 3}, &ends_at, &damaged), (std::vector<int>{1, 3}));
  EXPECT_EQ(Seek(path, early, {1, 3}, &ends_at, &damaged), (std::vector<int>{1, 3}));
  EXPECT_EQ(Seek(path, late, {0, 1, 3, INT64_MAX - 5}, &ends_at, &damaged), std::vector<int>{0});
  EXPECT_EQ(ends_at, 1);
}

TEST(PictureSeekerTest, AClipOfPicturesIsDecodedAsOfAFile) {
  const TemporaryFolder folder;
  WriteNumbered(folder, 0, 5);
  std::vector<float> clip(3 * 8 * 8 * 3, -1.0f);
  ClipBatch batch;
  batch.data = std::shared_ptr<void>(std::shared_ptr<void>(), clip.data());
  batch.slots = 1;
  batch.frames = 3;
  batch.size = 8;
  ClipDecoder decoder(1);
  ClipRequest request;
  request.path = folder.path().string();
  request.frames = {1, 4, 7};
  const ClipResult result = DecodeClips(decoder, {request}, batch).get().at(0);
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.decoded_frames, 2);
  EXPECT_EQ(result.ends_at, 5);
  const Bytes last = TestFrame(8, 8, 4);
  for (size_t i = 0; i < last.size(); ++i) {
    ASSERT_FLOAT_EQ(clip[last.size() + i], static_cast<float>(last[i]) / 255.0f);
    ASSERT_EQ(clip[2 * last.size() + i], 0.0f);
  }
}

}  // namespace
}  // namespace movinet
