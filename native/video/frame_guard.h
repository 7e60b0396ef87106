#pragma once

namespace movinet {

/// What FFmpeg says of a frame that it decoded; zeros where it does not tell.
struct FrameForm {
  int width = 0;
  int height = 0;
  /// A number of AVPixelFormat.
  int format = 0;

  bool operator==(const FrameForm& other) const noexcept {
    return width == other.width && height == other.height && format == other.format;
  }
};

/// The frame that this thread decoded last.
///
/// OpenCV (4.6, and 4.x as far as looked at) sets its conversion to colours up when the size that
/// the codec tells changes, and never asks what the frame itself has. This file therefore defines
/// FFmpeg's `avcodec_receive_frame` and `sws_getCachedContext` as codec_options.h does another of
/// its functions; where the linker binds otherwise, nothing is known and nothing is refused.
FrameForm LastDecodedFrame() noexcept;

/// While it lives, a conversion of this thread is refused whose buffer would be smaller than the
/// picture that OpenCV then reads out of it: with some damaged files, a codec tells one size and
/// works with another. OpenCV gives no frame then.
class ConversionGuard {
 public:
  ConversionGuard(int width, int height) noexcept;
  ~ConversionGuard();
  ConversionGuard(const ConversionGuard&) = delete;
  ConversionGuard& operator=(const ConversionGuard&) = delete;
};

}  // namespace movinet
