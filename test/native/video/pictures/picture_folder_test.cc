#include "video/pictures/picture_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "media/video_error.h"
#include "picture_files.h"
#include "video/frame_seeker.h"
#include "video/video_index.h"

namespace movinet {
namespace {

using Bytes = std::vector<uint8_t>;

std::string ErrorOf(const std::string& path, const ReadingOptions& options = {}) {
  std::string of_reader = "no error";
  std::string of_index = "no error";
  try {
    OpenReader(path, options);
  } catch (const VideoError& error) {
    EXPECT_EQ(error.path(), path);
    of_reader = error.what();
  }
  try {
    IndexVideo(path, options, NeverAborted());
  } catch (const VideoError& error) {
    of_index = error.what();
  }
  EXPECT_EQ(of_reader, of_index);
  return of_reader;
}

TEST(PictureFolderTest, NumbersInNamesAreComparedAsNumbers) {
  const std::vector<std::string> in_order = {"1.jpg",
                                             "2.jpg",
                                             "002a.jpg",
                                             "9.jpg",
                                             "10.jpg",
                                             "00011.jpg",
                                             "100.jpg",
                                             "frame.jpg",
                                             "frame01.jpg",
                                             "frame1.jpg",
                                             "frame2-10.jpg",
                                             "frame10-9.jpg",
                                             "frame10-10.jpg",
                                             "frame99999999999999999999.jpg",
                                             "frame100000000000000000000.jpg",
                                             "\xC3\xA9.jpg"};
  for (size_t i = 0; i < in_order.size(); ++i) {
    for (size_t j = 0; j < in_order.size(); ++j) {
      EXPECT_EQ(ComesBefore(in_order[i], in_order[j]), i < j) << in_order[i] << " " << in_order[j];
    }
  }
}

TEST(PictureFolderTest, PicturesAreTheFramesOfTheirVideo) {
  const TemporaryFolder folder;
  const TemporaryFolder pictures;
  WriteTestVideo(folder.File("a.avi"), 62, 34, 30);
  ASSERT_EQ(WritePacketsAsFiles(folder.File("a.avi"), pictures), 30);
  const std::vector<Bytes> all = ReadAll(folder.File("a.avi"));
  EXPECT_EQ(ReadAll(pictures.path().string()), all);
  EXPECT_EQ(ReadAll("file://" + pictures.path().string()), all);
  ReadingOptions options;
  options.picture_rate = 12;
  const VideoIndex index = IndexVideo(pictures.path().string(), options, NeverAborted());
  EXPECT_EQ(index.container, "pictures");
  EXPECT_EQ(index.codec, "mjpeg");
  EXPECT_EQ(index.width, 62);
  EXPECT_EQ(index.height, 34);
  EXPECT_TRUE(index.exact);
  EXPECT_EQ(index.frame_rate, 12);
  ASSERT_EQ(index.frames.frame_count(), 30);
  EXPECT_EQ(index.frames.key_frames.size(), 30u);
  for (int i = 0; i < 30; ++i) EXPECT_DOUBLE_EQ(index.frames.seconds(i), i / 12.0);
  const FrameTable table = UnpackTable(PackTable(index.frames));
  const std::vector<int64_t> wanted = {0, 7, 8, 29};
  const auto seeker =
      FrameSeeker::Open(pictures.path().string(), options, table, wanted, NeverAborted());
  for (const int64_t number : wanted) {
    ASSERT_TRUE(seeker->Next());
    EXPECT_EQ(CopyFrame(seeker->Retrieve()), all[static_cast<size_t>(number)]);
  }
  EXPECT_FALSE(seeker->Next());
  EXPECT_EQ(seeker->ends_at(), std::nullopt);
  EXPECT_EQ(seeker->damaged_packets(), 0);
}

TEST(PictureFolderTest, TheReaderTellsTimesByTheRateAlone) {
  const TemporaryFolder folder;
  WriteNumbered(folder, 0, 3);
  ReadingOptions options;
  options.picture_rate = 12.5;
  const auto timed = OpenReader(folder.path().string(), options);
  const auto untimed = OpenReader(folder.path().string());
  EXPECT_EQ(timed->info().fps, 12.5);
  EXPECT_EQ(timed->info().frame_count, 3);
  EXPECT_EQ(timed->info().width, 8);
  EXPECT_FALSE(timed->info().is_live);
  EXPECT_EQ(untimed->info().fps, 0);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(timed->Grab() && untimed->Grab());
    EXPECT_EQ(timed->position().seconds, i / 12.5);
    EXPECT_EQ(untimed->position().seconds, std::nullopt);
  }
  const VideoIndex index = IndexVideo(folder.path().string(), {}, NeverAborted());
  EXPECT_FALSE(index.has_times);
  EXPECT_EQ(index.frame_rate, 0);
  EXPECT_EQ(index.frames.times, (std::vector<int64_t>{0, 0, 0}));
}

TEST(PictureFolderTest, OtherFilesAreNoFrames) {
  const TemporaryFolder folder;
  for (const char* name : {"2.png", "10.PNG"}) WriteTestPicture(folder.File(name), "png", 8, 8, 1);
  for (const char* name : {".1.png", "notes.txt", "png", "1.mp4", "1.png.part"}) {
    WriteTestPicture(folder.File(name), "png", 8, 8, 2);
  }
  std::filesystem::create_directory(folder.File("3.png"));
  EXPECT_EQ(ReadAll(folder.path().string()), std::vector<Bytes>(2, Bgr(TestFrame(8, 8, 1))));
}

TEST(PictureFolderTest, WhatCannotBeReadIsCountedAndReadOver) {
  const TemporaryFolder folder;
  WriteDamaged(folder);
  const auto reader = OpenReader(folder.path().string());
  for (const int i : {1, 2, 3, 6, 7, 8}) {
    ASSERT_TRUE(reader->Grab());
    EXPECT_EQ(CopyFrame(reader->Retrieve()), Bgr(TestFrame(8, 8, i))) << i;
  }
  EXPECT_FALSE(reader->Grab());
  EXPECT_EQ(reader->position().frame, 5);
  EXPECT_EQ(reader->position().damaged_packets, 4);
}

TEST(PictureFolderTest, NamesTheFolderAndTheReason) {
  const TemporaryFolder folder;
  const std::string path = folder.path().string();
  const std::string beginning = "Cannot read the video " + path + ": ";
  EXPECT_EQ(ErrorOf(path),
            beginning + "it is a folder without pictures (JPEG, PNG, BMP, WebP, PPM, TIFF)");
  WriteBytes(folder.File("1.jpg"), {'t', 'e', 'x', 't'});
  WriteBytes(folder.File("2.jpg"), {});
  EXPECT_EQ(ErrorOf(path),
            beginning + "no picture of it can be decoded; of 1.jpg: it is no picture");
  std::filesystem::remove(folder.File("1.jpg"));
  EXPECT_EQ(ErrorOf(path),
            beginning + "no picture of it can be decoded; of 2.jpg: the file is empty");
  std::filesystem::remove(folder.File("2.jpg"));
  ASSERT_EQ(mkfifo(folder.File("3.jpg").c_str(), 0600), 0);
  EXPECT_EQ(ErrorOf(path),
            beginning + "no picture of it can be decoded; of 3.jpg: it is no regular file");
}

TEST(PictureFolderTest, PicturesThatAreTooLargeAreRefused) {
  const TemporaryFolder folder;
  ReadingOptions options;
  for (const char* encoder : {"png", "mjpeg", "bmp", "tiff", "ppm"}) {
    WriteTestPicture(folder.File("1.png"), encoder, 64, 48, 0);
    options.max_pixels = 64 * 48;
    EXPECT_EQ(ErrorOf(folder.path().string(), options), "no error") << encoder;
    options.max_pixels -= 1;
    EXPECT_NE(ErrorOf(folder.path().string(), options).find("more than the 3071 pixels"),
              std::string::npos)
        << encoder;
  }
  // A head that promises a gigabyte.
  const std::string head = "P6\n30000 30000\n255\n";
  WriteBytes(folder.File("1.png"), {head.begin(), head.end()});
  EXPECT_NE(ErrorOf(folder.path().string()), "no error");
  std::filesystem::resize_file(folder.File("1.png"), uintmax_t{1} << 33);
  EXPECT_NE(ErrorOf(folder.path().string()).find("8589934592 bytes are more"), std::string::npos);
}

TEST(PictureFolderTest, EndsWhenItIsAborted) {
  const TemporaryFolder folder;
  WriteNumbered(folder, 0, 3);
  const std::string path = folder.path().string();
  std::atomic<bool> aborted{false};
  const FrameTable table = IndexVideo(path, {}, aborted).frames;
  const auto reader = VideoReader::Open(path, {}, aborted);
  const auto seeker = FrameSeeker::Open(path, {}, table, {0, 1}, aborted);
  ASSERT_TRUE(seeker->Next() && reader->Grab());
  aborted = true;
  EXPECT_THROW(seeker->Next(), ReadingAborted);
  EXPECT_THROW(reader->Grab(), ReadingAborted);
  EXPECT_THROW(IndexVideo(path, {}, aborted), ReadingAborted);
}

}  // namespace
}  // namespace movinet
