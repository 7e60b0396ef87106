#pragma once

#include <chrono>
#include <opencv2/core/mat.hpp>
#include <opencv2/videoio.hpp>
#include <optional>
#include <string>

#include "video/video_reader.h"

namespace movinet {

/// Whether a source is a camera's number ("0") or its device: a character device of Video4Linux, or
/// a name in /dev that says so.
bool IsCamera(const std::string& source);

/// Reads a camera by OpenCV and Video4Linux.
class CameraReader : public VideoReader {
 public:
  explicit CameraReader(const std::string& source);

  FrameView Retrieve() override;

 private:
  bool DecodeAhead(ReadPosition& position) override;
  void MoveOn() override;
  double SecondsSinceFirst();

  cv::VideoCapture capture_;
  cv::Mat frame_;
  cv::Mat ahead_;
  std::optional<std::chrono::steady_clock::time_point> first_came_;
};

}  // namespace movinet
