#include "video/video_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "media/video_error.h"
#include "video/complete_file.h"
#include "video/video_library.h"

namespace movinet {
namespace {

[[noreturn]] void Fail(const std::string& path, const std::string& reason) {
  throw VideoError("Cannot write the video " + path + ": " + reason, path);
}

void CheckOptions(const VideoWriterOptions& options) {
  if (options.width < 1 || options.height < 1) {
    throw std::invalid_argument("A video's width and height must be at least 1");
  }
  if (!std::isfinite(options.fps) || options.fps <= 0) {
    throw std::invalid_argument("A video's frames per second must be above 0");
  }
  if (options.fourcc.size() != 4) {
    throw std::invalid_argument("A codec is named by four characters, not \"" + options.fourcc +
                                "\"");
  }
}

/// The extension stays, as the container is chosen by it.
std::string PartialPath(const std::string& path) {
  static std::atomic<int> counter{0};
  const std::filesystem::path final_path = std::filesystem::absolute(path);
  const std::string name = "." + final_path.stem().string() + "." + std::to_string(getpid()) + "-" +
                           std::to_string(counter++) + ".partial" + final_path.extension().string();
  return final_path.parent_path() / name;
}

/// OpenCV does not say why a file cannot be made, the system does.
void CreateFile(const std::string& path, const std::string& partial_path) {
  if (std::filesystem::path(path).filename().empty()) Fail(path, "it is no file name");
  const int file = open(partial_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) Fail(path, std::generic_category().message(errno));
  close(file);
}

}  // namespace

VideoWriter::VideoWriter(std::string path, const VideoWriterOptions& options)
    : path_(std::move(path)), width_(options.width), height_(options.height) {
  CheckOptions(options);
  PrepareVideoLibrary();
  partial_path_ = PartialPath(path_);
  CreateFile(path_, partial_path_);
  const std::string& fourcc = options.fourcc;
  const bool own_encoder = fourcc == "MJPG" && std::filesystem::path(path_).extension() == ".avi";
  try {
    writer_.open(partial_path_, own_encoder ? cv::CAP_OPENCV_MJPEG : cv::CAP_FFMPEG,
                 cv::VideoWriter::fourcc(fourcc[0], fourcc[1], fourcc[2], fourcc[3]), options.fps,
                 cv::Size(width_, height_), true);
  } catch (const cv::Exception&) {
    writer_.release();
  }
  if (!writer_.isOpened()) {
    RemovePartialFile();
    Fail(path_, "the codec " + fourcc + " does not go with this kind of file or frame size");
  }
}

VideoWriter::~VideoWriter() {
  if (closed_) return;
  try {
    writer_.release();
  } catch (const cv::Exception&) {
    // The file goes away in any case.
  }
  RemovePartialFile();
}

void VideoWriter::Write(const uint8_t* rgb, size_t byte_count) {
  if (closed_) Fail(path_, "it is closed");
  const size_t frame_bytes = static_cast<size_t>(width_) * static_cast<size_t>(height_) * 3;
  if (byte_count == 0 || byte_count % frame_bytes != 0) {
    throw std::invalid_argument("Expected whole frames of " + std::to_string(frame_bytes) +
                                " bytes, not " + std::to_string(byte_count) + " bytes");
  }
  try {
    for (size_t at = 0; at < byte_count; at += frame_bytes) {
      // OpenCV's constructor for borrowed memory takes no const pointer; the frame is only read.
      const cv::Mat frame(height_, width_, CV_8UC3, const_cast<uint8_t*>(rgb + at));
      cv::cvtColor(frame, bgr_, cv::COLOR_RGB2BGR);
      writer_.write(bgr_);
      ++frame_count_;
    }
  } catch (const cv::Exception& error) {
    failed_ = true;
    Fail(path_, error.err);
  }
}

void VideoWriter::Close() {
  if (closed_) return;
  closed_ = true;
  try {
    Finish();
  } catch (...) {
    RemovePartialFile();
    throw;
  }
}

void VideoWriter::Finish() {
  try {
    writer_.release();
  } catch (const cv::Exception& error) {
    Fail(path_, error.err);
  }
  if (failed_) Fail(path_, "a frame of it could not be written");
  if (frame_count_ == 0) Fail(path_, "no frame was written");
  if (!IsCompleteVideoFile(partial_path_, frame_count_)) {
    Fail(path_, "not all of it reached the disk; is there room on it?");
  }
  if (std::rename(partial_path_.c_str(), path_.c_str()) != 0) {
    Fail(path_, std::generic_category().message(errno));
  }
}

void VideoWriter::RemovePartialFile() noexcept { unlink(partial_path_.c_str()); }

}  // namespace movinet
