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

}  // namespace movinet
