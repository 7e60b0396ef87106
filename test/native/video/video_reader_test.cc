#include "video/video_reader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <opencv2/videoio.hpp>
#include <string>
#include <vector>

#include "clips/clip_reader.h"
#include "media/video_error.h"
#include "video_files.h"

namespace movinet {
namespace {

using Bytes = std::vector<uint8_t>;

/// All frames as OpenCV gives them when each one is retrieved.
std::vector<Bytes> ReadWithOpenCv(const std::string& path) {
  std::vector<Bytes> frames;
  cv::VideoCapture capture(path, cv::CAP_FFMPEG);
  cv::Mat frame;
  while (capture.read(frame)) {
    frames.push_back(
        CopyFrame({frame.data, frame.cols, frame.rows, frame.step[0], ChannelOrder::kBgr}));
  }
  return frames;
}

std::string ErrorOf(const std::string& path) {
  try {
    OpenReader(path);
  } catch (const VideoError& error) {
    EXPECT_EQ(error.path(), path);
    return error.what();
  }
  return "no error";
}

TEST(VideoReaderTest, SkippingKeepsFramesAsTheyAre) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 30);
  const std::vector<Bytes> all = ReadWithOpenCv(folder.File("a.avi"));
  ASSERT_EQ(all.size(), 30u);
  for (const size_t step : {1u, 2u, 7u, 29u}) {
    const auto reader = OpenReader(folder.File("a.avi"));
    size_t index = 0;
    while (reader->Grab()) {
      if (index % step == 0) {
        EXPECT_EQ(CopyFrame(reader->Retrieve()), all[index]) << index;
      }
      ++index;
    }
    EXPECT_EQ(index, all.size());
  }
}

TEST(VideoReaderTest, ReportsTheContainersInfo) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 62, 34, 9);
  const VideoInfo info = OpenReader(folder.File("a.avi"))->info();
  EXPECT_EQ(info.width, 62);
  EXPECT_EQ(info.height, 34);
  EXPECT_EQ(info.frame_count, 9);
  EXPECT_DOUBLE_EQ(info.fps, 25);
}

TEST(VideoReaderTest, ReadsOneFrame) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("one.avi"), 32, 32, 1);
  const auto reader = OpenReader(folder.File("one.avi"));
  EXPECT_TRUE(reader->Grab());
  EXPECT_EQ(CopyFrame(reader->Retrieve()), ReadWithOpenCv(folder.File("one.avi")).at(0));
  EXPECT_FALSE(reader->Grab());
  EXPECT_FALSE(reader->Grab());
}

TEST(VideoReaderTest, ReadsATruncatedFileUpToItsEnd) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("whole.avi"), 64, 48, 30);
  const std::vector<char> bytes = ReadBytes(folder.File("whole.avi"));
  const std::vector<Bytes> all = ReadWithOpenCv(folder.File("whole.avi"));
  WriteBytes(folder.File("cut.avi"),
             {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(bytes.size() / 2)});
  const auto reader = OpenReader(folder.File("cut.avi"));
  size_t count = 0;
  // The frame in which the file ends may be damaged; those before it are whole.
  Bytes last;
  while (reader->Grab()) {
    if (count > 0) {
      EXPECT_EQ(last, all[count - 1]);
    }
    last = CopyFrame(reader->Retrieve());
    ++count;
  }
  EXPECT_GT(count, 5u);
  EXPECT_LT(count, 25u);
}

TEST(VideoReaderTest, NamesTheFileAndTheReason) {
  const TemporaryFolder folder;
  WriteBytes(folder.File("empty.avi"), {});
  const std::string text = "This is no video at all.\n";
  WriteBytes(folder.File("text.avi"), {text.begin(), text.end()});
  WriteTestVideo(folder.File("whole.avi"), 64, 48, 5);
  const std::vector<char> bytes = ReadBytes(folder.File("whole.avi"));
  WriteBytes(folder.File("header.avi"), {bytes.begin(), bytes.begin() + 100});

  testing::internal::CaptureStderr();
  const std::string prefix = "Cannot read the video ";
  EXPECT_EQ(ErrorOf(folder.File("none.avi")),
            prefix + folder.File("none.avi") + ": No such file or directory");
  std::filesystem::create_directory(folder.File("folder.avi"));
  EXPECT_EQ(ErrorOf(folder.File("folder.avi")),
            prefix + folder.File("folder.avi") +
                ": it is a folder without pictures (JPEG, PNG, BMP, WebP, PPM, TIFF)");
  EXPECT_EQ(ErrorOf(folder.File("empty.avi")),
            prefix + folder.File("empty.avi") + ": the file is empty");
  EXPECT_EQ(ErrorOf(folder.File("text.avi")),
            prefix + folder.File("text.avi") +
                ": it is not a video that FFmpeg knows, or one that breaks off before its index");
  EXPECT_NE(ErrorOf(folder.File("header.avi")), "no error");
  EXPECT_EQ(ErrorOf("97"), prefix + "97: there is no such camera, or another program uses it");
  EXPECT_NE(ErrorOf("http://127.0.0.1:1/none.avi"), "no error");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "OpenCV or FFmpeg wrote to stderr";
}

TEST(VideoReaderTest, OpensRelativePathsWithColons) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("12:30.avi"), 32, 32, 2);
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  EXPECT_NO_THROW(OpenReader("12:30.avi"));
  std::filesystem::current_path(before);
}

TEST(ClipReaderTest, ClipsFollowOneAnother) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 40, 30, 23);
  const std::atomic<bool> go_on{false};
  ResizeWithPad resize(16);
  constexpr size_t kFrame = 16 * 16 * 3;
  std::vector<float> all(23 * kFrame);
  ClipReader everything(OpenReader(folder.File("a.avi")));
  ClipSlot all_frames = SlotOver(all, 16);
  ASSERT_EQ(everything.Read(23, 1, resize, all_frames, go_on), 23);

  for (const int64_t frames : {1, 2}) {
    for (const int64_t step : {1, 3, 5}) {
      ClipReader reader(OpenReader(folder.File("a.avi")));
      size_t expected = 0;
      for (;;) {
        std::vector<float> clip(2 * kFrame, -1.0f);
        ClipSlot slot = SlotOver(clip, 16);
        const int64_t count = reader.Read(frames, step, resize, slot, go_on);
        for (size_t i = 0; i < 2 * kFrame; ++i) {
          const size_t frame = i / kFrame;
          const bool there = static_cast<int64_t>(frame) < count;
          const float wanted =
              there ? all[(expected + frame * static_cast<size_t>(step)) * kFrame + i % kFrame]
                    : -1.0f;
          ASSERT_EQ(clip[i], wanted) << "frames " << frames << " step " << step;
        }
        expected += static_cast<size_t>(count * step);
        if (count < frames) break;
      }
      EXPECT_GE(expected, 23u);
    }
  }
}

TEST(ClipReaderTest, StopsWhenCancelled) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 32, 32, 4);
  const std::atomic<bool> cancelled{true};
  ResizeWithPad resize(8);
  std::vector<float> clip(8 * 8 * 3);
  ClipSlot slot = SlotOver(clip, 8);
  ClipReader reader(OpenReader(folder.File("a.avi")));
  EXPECT_EQ(reader.Read(1, 1, resize, slot, cancelled), 0);
}

TEST(ClipReaderTest, PastTheEndThereIsNothing) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 32, 32, 4);
  const std::atomic<bool> go_on{false};
  ResizeWithPad resize(8);
  std::vector<float> clip(8 * 8 * 3);
  ClipSlot slot = SlotOver(clip, 8);
  ClipReader reader(OpenReader(folder.File("a.avi")));
  EXPECT_EQ(reader.Read(1, 100, resize, slot, go_on), 1);
  EXPECT_EQ(reader.Read(1, 1, resize, slot, go_on), 0);
  EXPECT_THROW(reader.Read(1, 0, resize, slot, go_on), std::invalid_argument);
}

TEST(RealVideoTest, EveryUcf101FrameIsOpenCvs) {
  const std::vector<std::string> clips = UcfClips(1);
  if (clips.empty()) GTEST_SKIP() << "The UCF101 clips are absent: set MOVINET_ASSETS";
  for (const std::string& path : clips) ASSERT_EQ(ReadAll(path), ReadWithOpenCv(path)) << path;
}

}  // namespace
}  // namespace movinet
