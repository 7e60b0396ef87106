#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "bench/bench_videos.h"
#include "clips/resize_with_pad.h"

namespace movinet {

/// Ten frames of 320x240 to 224².
inline std::function<void()> FrameResizing(const FrameTransform& transform = {}) {
  constexpr int kWidth = 320;
  constexpr int kHeight = 240;
  constexpr int kSize = 224;
  const auto resize = std::make_shared<ResizeWithPad>(kSize, transform);
  return [resize, frame = MovingPattern(kWidth, kHeight, 0),
          output = std::vector<float>(size_t{kSize} * kSize * 3)]() mutable {
    const FrameView view = {frame.data(), kWidth, kHeight, size_t{kWidth} * 3, ChannelOrder::kBgr};
    for (int i = 0; i < 10; ++i) resize->Apply(view, output.data());
  };
}

}  // namespace movinet
