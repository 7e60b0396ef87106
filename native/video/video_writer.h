#pragma once

#include <cstddef>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <opencv2/videoio.hpp>
#include <string>

namespace movinet {

/// `fourcc`: the codec's four characters. "MJPG" into an .avi file is written by OpenCV itself and
/// always there; others depend on the FFmpeg at hand.
struct VideoWriterOptions {
  int width = 0;
  int height = 0;
  double fps = 0;
  std::string fourcc;
};

/// Writes 8-bit RGB frames as a video file. The frames go to a hidden file beside `path`, which
/// takes its name in Close() only when it is complete: no half-written video is ever found under
/// that name.
class VideoWriter {
 public:
  /// Throws std::invalid_argument for options out of range, VideoError where the file cannot be
  /// made.
  VideoWriter(std::string path, const VideoWriterOptions& options);
  /// Without Close() before it, nothing is left of the video.
  ~VideoWriter();
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// `rgb`: the bytes of whole frames, row after row without gaps. Throws std::invalid_argument for
  /// another number of bytes, VideoError after Close().
  void Write(const uint8_t* rgb, size_t byte_count);

  /// Ends the file, checks that all of it reached the disk and gives it its name. Throws
  /// VideoError, and leaves nothing, where it did not or where no frame was written. Closing twice
  /// does nothing.
  void Close();

 private:
  void Finish();
  void RemovePartialFile() noexcept;

  std::string path_;
  std::string partial_path_;
  int width_;
  int height_;
  int64_t frame_count_ = 0;
  /// A frame could not be written, so what there is is not the video that was asked for.
  bool failed_ = false;
  bool closed_ = false;
  cv::VideoWriter writer_;
  cv::Mat bgr_;
};

}  // namespace movinet
