#pragma once

#include <opencv2/core/mat.hpp>

#include "media/decoder.h"
#include "media/demuxer.h"
#include "media/handles.h"
#include "media/orientation.h"
#include "video/frame_view.h"

namespace movinet {

/// Makes pictures of decoded frames: 8-bit BGR, turned and mirrored to be upright. Before the turn
/// they equal cv::VideoCapture's bit for bit. Frames may differ in size and format from call to
/// call.
class FrameConverter {
 public:
  /// `pixel_aspect`: whether frames whose pixels are not square are stretched to their shape.
  FrameConverter(Orientation orientation, bool pixel_aspect)
      : orientation_(orientation), pixel_aspect_(pixel_aspect) {}

  /// Of a track's frame. Valid until the next call. Throws VideoError for a frame that cannot be
  /// converted.
  FrameView Convert(AVFrame& frame, CodedSize coded, const Demuxer& demuxer);
  /// The same of a frame without a track, which throws std::exception.
  FrameView Convert(const AVFrame& frame, CodedSize coded, AVRational sample_aspect_ratio);
  /// For the frames that are converted from now on.
  void Turn(Orientation orientation) noexcept { orientation_ = orientation; }

 private:
  cv::Mat Scale(const AVFrame& frame, int width, int height);

  Orientation orientation_;
  bool pixel_aspect_;
  Scaler scaler_;
  Frame bgr_ = NewFrame();
  cv::Mat stretched_;
  cv::Mat turned_;
};

/// Of a picture that is stored as `width` x `height`, as it is shown.
cv::Size ShownSize(int width, int height, const Orientation& orientation, bool pixel_aspect,
                   AVRational sample_aspect_ratio);

}  // namespace movinet
