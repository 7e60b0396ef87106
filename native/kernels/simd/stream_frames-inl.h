// The frames that a stream carries from push to push. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_STREAM_FRAMES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_STREAM_FRAMES_INL_H_
#undef MOVINET_KERNELS_STREAM_FRAMES_INL_H_
#else
#define MOVINET_KERNELS_STREAM_FRAMES_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/prefetch.h"
#include "kernels/simd/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Of one clip, as of BottleneckState.
struct StreamFrames {
  /// [2 · kept][height][width][channels], or nullptr where nothing came before the clip.
  float* ring;
  size_t oldest;
  size_t kept;
  size_t height;
  size_t width;
  size_t channels;

  explicit operator bool() const { return ring != nullptr; }

  /// Row `y` of frame `i`, counted from the oldest.
  float* Row(size_t i, size_t y) const {
    return ring + (((oldest + i) % (2 * kept)) * height + y) * width * channels;
  }

  /// Asks for what rows of a panel will read and write, which all bottlenecks' together is more
  /// than a core keeps near: it comes while they are expanded.
  void Prefetch(size_t y, size_t rows, const Panel& panel, size_t frames) const {
    for (size_t i = 0; i < kept + std::min(kept, frames); ++i) {
      const float* at = Row(i, y) + panel.block * kLanes;
      for (size_t pixel = 0; pixel < rows * width; ++pixel, at += channels)
        PrefetchFloats(at, panel.columns());
    }
  }

  /// What came before the frames of a row of one vector of channels, to the front of each pixel's
  /// `line_frames` in `line`.
  template <class D>
  void ReadRow(D d, size_t y, size_t block, size_t line_frames, float* line) const {
    for (size_t i = 0; i < kept; ++i) {
      const float* from = Row(i, y) + block * kLanes;
      for (size_t x = 0; x < width; ++x)
        hn::Store(hn::LoadU(d, from + x * channels), d, line + (x * line_frames + i) * kLanes);
    }
  }

  /// Puts the last of a row's `frames`, which each pixel's `line_frames` end with, behind what came
  /// before.
  template <class D>
  void KeepRow(D d, size_t y, size_t block, size_t frames, size_t line_frames,
               const float* line) const {
    const size_t fresh = std::min(kept, frames);
    line += (line_frames - fresh) * kLanes;
    for (size_t i = 0; i < fresh; ++i) {
      float* to = Row(kept + i, y) + block * kLanes;
      for (size_t x = 0; x < width; ++x)
        hn::StoreU(hn::Load(d, line + (x * line_frames + i) * kLanes), d, to + x * channels);
    }
  }
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_STREAM_FRAMES_INL_H_
