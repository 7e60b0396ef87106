#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace movinet::kernels {

/// The activations of one clip, [height][width][frames][channels]: the frames of a pixel lie side
/// by side, so that a row is one long matrix for convolutions of one pixel, and what looks along
/// time finds its neighbours next to it.
struct ClipShape {
  size_t height = 0;
  size_t width = 0;
  size_t frames = 0;
  size_t channels = 0;

  size_t row_pixels() const { return width * frames; }
  size_t size() const { return height * width * frames * channels; }
};

/// Throws std::invalid_argument for a clip without pixels, or one of other channels.
inline void RequireClip(const ClipShape& shape, size_t channels) {
  if (shape.height == 0 || shape.width == 0 || shape.frames == 0 || shape.channels != channels)
    throw std::invalid_argument("A clip has no pixels, or other channels than the weights");
}

/// One spatial axis of a convolution with TensorFlow's padding `SAME`.
struct SamePadding {
  size_t outputs;
  /// Zeros in front of the first value.
  size_t before;
  /// Zeros behind the last one.
  size_t after;

  SamePadding(size_t inputs, size_t kernel, size_t stride)
      : outputs((inputs + stride - 1) / stride) {
    const size_t needed = (outputs - 1) * stride + kernel;
    const size_t total = needed > inputs ? needed - inputs : 0;
    before = total / 2;
    after = total - before;
  }
};

}  // namespace movinet::kernels
