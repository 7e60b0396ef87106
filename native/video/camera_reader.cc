#include "video/camera_reader.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <utility>

#include "video/video_library.h"

namespace movinet {
namespace {

/// A picture that did not come whole says nothing about the next one.
constexpr int kMostBadPictures = 30;

bool IsNumber(const std::string& source) {
  return !source.empty() && source.size() <= 4 &&
         std::all_of(source.begin(), source.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool StartsWith(const std::string& text, const char* beginning) {
  return text.rfind(beginning, 0) == 0;
}

cv::VideoCapture OpenCamera(const std::string& source) {
  PrepareVideoLibrary();
  if (IsNumber(source)) return cv::VideoCapture(std::stoi(source), cv::CAP_V4L2);
  return cv::VideoCapture(source, cv::CAP_V4L2);
}

int Positive(double value) {
  return std::isfinite(value) && value > 0 ? static_cast<int>(value) : 0;
}

}  // namespace

bool IsCamera(const std::string& source) {
  if (IsNumber(source) || StartsWith(source, "/dev/video") || StartsWith(source, "/dev/v4l/")) {
    return true;
  }
  constexpr unsigned kVideo4Linux = 81;
  struct stat status{};
  return stat(source.c_str(), &status) == 0 && S_ISCHR(status.st_mode) &&
         major(status.st_rdev) == kVideo4Linux;
}

CameraReader::CameraReader(const std::string& source)
    : VideoReader(source), capture_(OpenCamera(source)) {
  try {
    if (!capture_.isOpened()) Fail("there is no such camera, or another program uses it");
    if (Peek() == nullptr) Fail("the camera gives no picture");
    info_.width = Positive(capture_.get(cv::CAP_PROP_FRAME_WIDTH));
    info_.height = Positive(capture_.get(cv::CAP_PROP_FRAME_HEIGHT));
    info_.fps = Positive(capture_.get(cv::CAP_PROP_FPS));
    info_.is_live = true;
  } catch (const cv::Exception& error) {
    Fail(error.err);
  }
}

bool CameraReader::DecodeAhead(ReadPosition& position) {
  try {
    for (int bad = 0; bad < kMostBadPictures; ++bad) {
      // A bad picture shows when it is taken apart, which with a camera is done for each of them.
      if (!capture_.grab()) return false;
      if (capture_.retrieve(ahead_) && !ahead_.empty()) {
        position.seconds = SecondsSinceFirst();
        return true;
      }
      ++position.damaged_packets;
    }
    return false;
  } catch (const cv::Exception& error) {
    Fail(error.err);
  }
}

/// A driver's own times are of many clocks, or none.
double CameraReader::SecondsSinceFirst() {
  const auto now = std::chrono::steady_clock::now();
  if (!first_came_) first_came_ = now;
  return std::chrono::duration<double>(now - *first_came_).count();
}

void CameraReader::MoveOn() { std::swap(frame_, ahead_); }

FrameView CameraReader::Retrieve() {
  if (frame_.type() != CV_8UC3) Fail("its pictures are not 8-bit colour");
  return {frame_.data, frame_.cols, frame_.rows, frame_.step[0], ChannelOrder::kBgr};
}

}  // namespace movinet
