#pragma once

#include <cstddef>
#include <cstdint>

namespace movinet {

enum class ChannelOrder { kRgb, kBgr };

/// A frame of 8-bit pixels, three channels each; `stride` is the distance of two rows in bytes.
struct FrameView {
  const uint8_t* data;
  int width;
  int height;
  size_t stride;
  ChannelOrder order;
};

/// A part of a frame, in pixels.
struct PixelBox {
  int left;
  int top;
  int width;
  int height;
};

/// The part of `frame` in `box`, which must lie within it. Shares its memory.
inline FrameView PartOf(const FrameView& frame, const PixelBox& box) {
  const uint8_t* const corner =
      frame.data + static_cast<size_t>(box.top) * frame.stride + static_cast<size_t>(box.left) * 3;
  return {corner, box.width, box.height, frame.stride, frame.order};
}

}  // namespace movinet
