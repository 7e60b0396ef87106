#include "video/video_reader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

#include "video/codec_options.h"
#include "video/video_error.h"
#include "video/video_library.h"

namespace movinet {
namespace {

[[noreturn]] void Fail(const std::string& source, const std::string& reason) {
  throw VideoError("Cannot read the video " + source + ": " + reason, source);
}

void CheckFile(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) Fail(path, std::generic_category().message(errno));
  if (S_ISDIR(status.st_mode)) Fail(path, "it is a folder");
  // A pipe, a socket or a device would be waited for, for ever and where nobody can stop it.
  if (!S_ISREG(status.st_mode)) Fail(path, "it is no regular file");
  if (status.st_size == 0) Fail(path, "the file is empty");
  if (access(path.c_str(), R_OK) != 0) Fail(path, std::generic_category().message(errno));
}

cv::VideoCapture OpenWithFfmpeg(const std::string& name) {
  PrepareVideoLibrary();
  // OpenCV's own patience with an address that does not answer is half a minute.
  constexpr int kPatienceMs = 10'000;
  return cv::VideoCapture(
      name, cv::CAP_FFMPEG,
      {cv::CAP_PROP_OPEN_TIMEOUT_MSEC, kPatienceMs, cv::CAP_PROP_READ_TIMEOUT_MSEC, kPatienceMs,
#if CV_VERSION_MAJOR * 100 + CV_VERSION_MINOR >= 407
       // Parallel work is by file; frame threads cost a fifth more time in all.
       cv::CAP_PROP_N_THREADS, 1
#endif
      });
}

bool IsCameraIndex(const std::string& source) {
  return !source.empty() && source.size() <= 4 &&
         std::all_of(source.begin(), source.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Containers report unknown values as zero, negative or not a number.
double PositiveOrZero(double value) { return std::isfinite(value) && value > 0 ? value : 0; }

/// Width and height as the codec tells them: OpenCV tells those of the turned frame, where it
/// turns.
std::pair<int, int> CodecSize(const cv::VideoCapture& capture) {
  const int width = static_cast<int>(capture.get(cv::CAP_PROP_FRAME_WIDTH));
  const int height = static_cast<int>(capture.get(cv::CAP_PROP_FRAME_HEIGHT));
#if CV_VERSION_MAJOR * 100 + CV_VERSION_MINOR >= 405
  const bool turns = capture.get(cv::CAP_PROP_ORIENTATION_AUTO) != 0 &&
                     static_cast<int>(capture.get(cv::CAP_PROP_ORIENTATION_META)) % 180 != 0;
  if (turns) return {height, width};
#endif
  return {width, height};
}

/// Before the first frame is decoded; what a codec finds in the frames themselves it refuses alone.
void CheckFrameSize(const cv::VideoCapture& capture, const std::string& source) {
  const double width = capture.get(cv::CAP_PROP_FRAME_WIDTH);
  const double height = capture.get(cv::CAP_PROP_FRAME_HEIGHT);
  if (width * height <= static_cast<double>(kMostFramePixels)) return;
  Fail(source, "its frames of " + std::to_string(static_cast<int64_t>(width)) + "x" +
                   std::to_string(static_cast<int64_t>(height)) +
                   " are larger than this program decodes");
}

}  // namespace

VideoReader VideoReader::OpenFile(const std::string& path) {
  CheckFile(path);
  // FFmpeg takes what stands before a colon for a protocol, unless the path is absolute.
  return VideoReader(OpenWithFfmpeg(std::filesystem::absolute(path).string()), path);
}

VideoReader VideoReader::OpenSource(const std::string& source) {
  if (IsCameraIndex(source)) {
    PrepareVideoLibrary();
    return VideoReader(cv::VideoCapture(std::stoi(source), cv::CAP_V4L2), source);
  }
  if (source.find("://") != std::string::npos) return VideoReader(OpenWithFfmpeg(source), source);
  return OpenFile(source);
}

VideoReader::VideoReader(const cv::VideoCapture& capture, std::string source)
    : capture_(capture), source_(std::move(source)) {
  try {
    if (!capture_.isOpened()) {
      Fail(source_, IsCameraIndex(source_) ? "there is no such camera"
                                           : "it is not a video that OpenCV and FFmpeg know");
    }
    CheckFrameSize(capture_, source_);
    if (!GrabNext()) Fail(source_, "no frame of it can be decoded");
    info_.width = static_cast<int>(PositiveOrZero(capture_.get(cv::CAP_PROP_FRAME_WIDTH)));
    info_.height = static_cast<int>(PositiveOrZero(capture_.get(cv::CAP_PROP_FRAME_HEIGHT)));
    info_.fps = PositiveOrZero(capture_.get(cv::CAP_PROP_FPS));
    const double count = PositiveOrZero(capture_.get(cv::CAP_PROP_FRAME_COUNT));
    if (count < 9007199254740992.0) info_.frame_count = static_cast<int64_t>(count);
  } catch (const cv::Exception& error) {
    Fail(source_, error.err);
  }
}

bool VideoReader::Grab() {
  if (first_frame_waits_) {
    first_frame_waits_ = false;
    return true;
  }
  try {
    return GrabNext();
  } catch (const cv::Exception& error) {
    Fail(source_, error.err);
  }
}

bool VideoReader::GrabNext() {
  const bool grabbed = capture_.grab();
  form_ = grabbed ? LastDecodedFrame() : FrameForm();
  return grabbed;
}

/// OpenCV converts each frame as the first one of its size: another format in the same size, or a
/// smaller frame, it would read past its end.
void VideoReader::CheckForm(int width, int height) {
  const bool set_up = width == converted_width_ && height == converted_height_;
  if (set_up && !(form_ == converted_)) Fail(source_, "its frames change their format");
  converted_ = form_;
  converted_width_ = width;
  converted_height_ = height;
}

FrameView VideoReader::Retrieve() {
  try {
    const auto [width, height] = CodecSize(capture_);
    CheckForm(width, height);
    const ConversionGuard guard(width, height);
    if (!capture_.retrieve(frame_)) Fail(source_, "a frame cannot be converted");
  } catch (const cv::Exception& error) {
    Fail(source_, error.err);
  }
  if (frame_.type() != CV_8UC3) Fail(source_, "its frames are not 8-bit colour");
  return {frame_.data, frame_.cols, frame_.rows, frame_.step[0], ChannelOrder::kBgr};
}

}  // namespace movinet
