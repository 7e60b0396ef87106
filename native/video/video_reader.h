#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <opencv2/videoio.hpp>
#include <string>

#include "video/frame_guard.h"
#include "video/resize_with_pad.h"

namespace movinet {

/// What a video's container says of it. `frame_count` is an estimate; 0 where unknown, as `fps`.
struct VideoInfo {
  int width = 0;
  int height = 0;
  int64_t frame_count = 0;
  double fps = 0;
};

/// Decodes one video frame after frame, forward only: seeking is inexact for many codecs, and where
/// it is exact (UCF101) it saves a fifth of a clip's time at best. Not for several threads at once.
class VideoReader {
 public:
  /// Opens a file and decodes its first frame, so that an open reader has at least one. Throws
  /// VideoError for a missing, empty or unreadable file and for one without a decodable frame.
  static VideoReader OpenFile(const std::string& path);
  /// Opens a camera (a decimal index, such as "0"), a URL (with "://") or else a file.
  static VideoReader OpenSource(const std::string& source);

  ~VideoReader() = default;
  VideoReader(VideoReader&&) noexcept = default;
  VideoReader& operator=(VideoReader&&) noexcept = default;
  VideoReader(const VideoReader&) = delete;
  VideoReader& operator=(const VideoReader&) = delete;

  const VideoInfo& info() const noexcept { return info_; }
  /// What it was opened by.
  const std::string& source() const noexcept { return source_; }

  /// Moves to the next frame, the first one at the first call; false at the end. Decodes, but does
  /// not convert: passing over a frame costs no more than it must.
  bool Grab();
  /// The frame that Grab() moved to; valid until the next call. Throws VideoError where it cannot
  /// be converted.
  FrameView Retrieve();

 private:
  VideoReader(const cv::VideoCapture& capture, std::string source);

  bool GrabNext();
  void CheckForm(int width, int height);

  cv::VideoCapture capture_;
  std::string source_;
  VideoInfo info_;
  cv::Mat frame_;
  /// The frame that waits to be converted.
  FrameForm form_;
  /// What OpenCV's conversion was last set up for: the codec's size, and the frame that it came
  /// with.
  FrameForm converted_;
  int converted_width_ = 0;
  int converted_height_ = 0;
  /// The constructor's check has grabbed the first frame, but nobody has asked for it yet.
  bool first_frame_waits_ = true;
};

}  // namespace movinet
