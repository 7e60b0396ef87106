#include "video/video_writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "media/video_error.h"
#include "video/complete_file.h"
#include "video/video_reader.h"
#include "video_files.h"

namespace movinet {
namespace {

std::vector<std::string> Names(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

/// Mean absolute difference of the video's frames from the frames written.
double MeanError(const std::string& path, int width, int height, int frames) {
  const auto reader = OpenReader(path);
  double sum = 0;
  for (int index = 0; index < frames; ++index) {
    EXPECT_TRUE(reader->Grab());
    const FrameView frame = reader->Retrieve();
    EXPECT_EQ(frame.width, width);
    EXPECT_EQ(frame.height, height);
    const std::vector<uint8_t> rgb = TestFrame(width, height, index);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width * 3; ++x) {
        const int mirrored = x - x % 3 + 2 - x % 3;
        sum += std::abs(
            frame.data[static_cast<size_t>(y) * frame.stride + static_cast<size_t>(mirrored)] -
            rgb[static_cast<size_t>(y * width * 3 + x)]);
      }
    }
  }
  EXPECT_FALSE(reader->Grab());
  return sum / (3.0 * width * height * frames);
}

TEST(VideoWriterTest, WhatIsWrittenIsRead) {
  const TemporaryFolder folder;
  for (const auto& [width, height] : {std::pair{96, 64}, {33, 17}, {320, 240}}) {
    const std::string path = folder.File("a.avi");
    WriteTestVideo(path, width, height, 5);
    EXPECT_LT(MeanError(path, width, height, 5), 12) << width << "x" << height;
    EXPECT_EQ(Names(folder), std::vector<std::string>{"a.avi"});
  }
}

TEST(VideoWriterTest, WritesSeveralFramesAtOnce) {
  const TemporaryFolder folder;
  std::vector<uint8_t> frames;
  for (int index = 0; index < 3; ++index) {
    const std::vector<uint8_t> rgb = TestFrame(32, 16, index);
    frames.insert(frames.end(), rgb.begin(), rgb.end());
  }
  VideoWriter writer(folder.File("a.avi"), {32, 16, 30, "MJPG"});
  writer.Write(frames.data(), frames.size());
  writer.Close();
  WriteTestVideo(folder.File("b.avi"), 32, 16, 3);
  EXPECT_EQ(OpenReader(folder.File("a.avi"))->info().frame_count, 3);
  EXPECT_LT(MeanError(folder.File("a.avi"), 32, 16, 3), 12);
}

TEST(VideoWriterTest, TheSameFramesGiveTheSameBytes) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 160, 120, 6);
  WriteTestVideo(folder.File("b.avi"), 160, 120, 6);
  EXPECT_EQ(ReadBytes(folder.File("a.avi")), ReadBytes(folder.File("b.avi")));
}

TEST(VideoWriterTest, WritesOtherCodecsThroughFfmpeg) {
  const TemporaryFolder folder;
  try {
    WriteTestVideo(folder.File("a.mp4"), 96, 64, 12, "mp4v");
  } catch (const VideoError& error) {
    GTEST_SKIP() << error.what();
  }
  EXPECT_LT(MeanError(folder.File("a.mp4"), 96, 64, 12), 12);
  EXPECT_EQ(Names(folder), std::vector<std::string>{"a.mp4"});
}

TEST(VideoWriterTest, NothingIsLeftWithoutClose) {
  const TemporaryFolder folder;
  {
    VideoWriter writer(folder.File("a.avi"), {32, 16, 30, "MJPG"});
    const std::vector<uint8_t> rgb = TestFrame(32, 16, 0);
    writer.Write(rgb.data(), rgb.size());
    EXPECT_FALSE(std::filesystem::exists(folder.File("a.avi")));
  }
  EXPECT_TRUE(Names(folder).empty());
}

TEST(VideoWriterTest, ReplacesAFileOnlyWhenComplete) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 32, 16, 2);
  const std::vector<char> before = ReadBytes(folder.File("a.avi"));
  {
    const VideoWriter abandoned(folder.File("a.avi"), {64, 64, 30, "MJPG"});
  }
  EXPECT_EQ(ReadBytes(folder.File("a.avi")), before);
  WriteTestVideo(folder.File("a.avi"), 32, 16, 3);
  EXPECT_EQ(OpenReader(folder.File("a.avi"))->info().frame_count, 3);
}

TEST(VideoWriterTest, RefusesAVideoWithoutFrames) {
  const TemporaryFolder folder;
  VideoWriter writer(folder.File("a.avi"), {32, 16, 30, "MJPG"});
  EXPECT_THROW(writer.Close(), VideoError);
  EXPECT_NO_THROW(writer.Close());
  const std::vector<uint8_t> rgb = TestFrame(32, 16, 0);
  EXPECT_THROW(writer.Write(rgb.data(), rgb.size()), VideoError);
  EXPECT_TRUE(Names(folder).empty());
}

TEST(VideoWriterTest, RefusesHalfFrames) {
  const TemporaryFolder folder;
  VideoWriter writer(folder.File("a.avi"), {32, 16, 30, "MJPG"});
  const std::vector<uint8_t> rgb = TestFrame(32, 16, 0);
  EXPECT_THROW(writer.Write(rgb.data(), rgb.size() - 1), std::invalid_argument);
  EXPECT_THROW(writer.Write(rgb.data(), 0), std::invalid_argument);
}

TEST(VideoWriterTest, RefusesOptionsOutOfRange) {
  const TemporaryFolder folder;
  const std::string path = folder.File("a.avi");
  EXPECT_THROW(VideoWriter(path, {0, 16, 30, "MJPG"}), std::invalid_argument);
  EXPECT_THROW(VideoWriter(path, {16, -1, 30, "MJPG"}), std::invalid_argument);
  EXPECT_THROW(VideoWriter(path, {16, 16, 0, "MJPG"}), std::invalid_argument);
  EXPECT_THROW(VideoWriter(path, {16, 16, std::nan(""), "MJPG"}), std::invalid_argument);
  EXPECT_THROW(VideoWriter(path, {16, 16, 30, "MJPEG"}), std::invalid_argument);
  EXPECT_TRUE(Names(folder).empty());
}

TEST(VideoWriterTest, NamesTheFileAndTheReason) {
  const TemporaryFolder folder;
  const auto error_of = [](const std::string& path, const std::string& fourcc) -> std::string {
    try {
      VideoWriter(path, {16, 16, 30, fourcc});
    } catch (const VideoError& error) {
      EXPECT_EQ(error.path(), path);
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(error_of(folder.File("none/a.avi"), "MJPG"),
            "Cannot write the video " + folder.File("none/a.avi") + ": No such file or directory");
  EXPECT_NE(error_of(folder.path().string() + "/", "MJPG"), "no error");
  EXPECT_NE(error_of(folder.File("a.avi"), "?!?!").find("?!?!"), std::string::npos);
  EXPECT_NE(error_of(folder.File("a.txt"), "MJPG").find("a.txt"), std::string::npos);
  EXPECT_TRUE(Names(folder).empty());
}

TEST(VideoWriterTest, CannotTakeTheNameOfAFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.File("a.avi"));
  EXPECT_THROW(WriteTestVideo(folder.File("a.avi"), 16, 16, 1), VideoError);
  EXPECT_EQ(Names(folder), std::vector<std::string>{"a.avi"});
}

/// Files cannot grow past a limit while this lives: to a writer it looks like a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(VideoWriterTest, AFullDiskIsAnErrorAndLeavesNothing) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("whole.avi"), 160, 120, 40);
  const auto size = std::filesystem::file_size(folder.File("whole.avi"));
  std::filesystem::remove(folder.File("whole.avi"));
  for (const auto limit : {size - 1, size - 1000, size / 2, size / 10, decltype(size){1}}) {
    std::string message = "no error";
    {
      const FileSizeLimit full_disk(limit);
      try {
        WriteTestVideo(folder.File("a.avi"), 160, 120, 40);
      } catch (const VideoError& error) {
        message = error.what();
      }
    }
    EXPECT_NE(message.find("a.avi"), std::string::npos)
        << limit << " of " << size << ": " << message;
    EXPECT_TRUE(Names(folder).empty()) << limit << " of " << size;
  }
}

TEST(CompleteFileTest, EveryCutIsSeen) {
  const TemporaryFolder folder;
  WriteTestVideo(folder.File("a.avi"), 64, 48, 10);
  const std::vector<char> bytes = ReadBytes(folder.File("a.avi"));
  EXPECT_TRUE(IsCompleteVideoFile(folder.File("a.avi"), 10));
  EXPECT_FALSE(IsCompleteVideoFile(folder.File("a.avi"), 11));
  for (size_t length = 0; length < bytes.size(); length += 1 + length / 7) {
    WriteBytes(folder.File("cut.avi"),
               {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(length)});
    EXPECT_FALSE(IsCompleteVideoFile(folder.File("cut.avi"), 10)) << length;
  }
}

}  // namespace
}  // namespace movinet
