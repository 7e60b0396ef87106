// Weights of depthwise convolutions, block by block. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_TAPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_TAPS_INL_H_
#undef MOVINET_KERNELS_TAPS_INL_H_
#else
#define MOVINET_KERNELS_TAPS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/packed.h"
#include "kernels/simd/panels-inl.h"
#include "kernels/weights.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A depthwise kernel's sizes.
struct TapShape {
  size_t frames;
  /// Rows and columns.
  size_t size;
  size_t channels;

  size_t count() const { return frames * size * size; }
  size_t blocks() const { return (channels + kLanes - 1) / kLanes; }
  /// Of all blocks, each its weights and a bias.
  size_t floats() const { return blocks() * (count() + 1) * kLanes; }

  /// Calls `body` with the place of each weight in a filter [frames, rows, columns, channels], and
  /// in blocks of [row][column][frame][kLanes], each with a bias [kLanes] behind; `body(i, place,
  /// true)` with those of the biases.
  template <class Body>
  void Each(const Body& body) const {
    for (size_t c = 0; c < channels; ++c) {
      const size_t block = c / kLanes * (count() + 1) * kLanes + c % kLanes;
      for (size_t place = 0; place < size * size; ++place) {
        for (size_t f = 0; f < frames; ++f)
          body((f * size * size + place) * channels + c, block + (place * frames + f) * kLanes,
               false);
      }
      body(c, block + count() * kLanes, true);
    }
  }
};

/// Weights as TapShape has them, zeros where there are no channels.
inline AlignedFloats PackTaps(const Weights& weights, const TapShape& shape) {
  AlignedFloats packed = AllocateFloats(shape.floats());
  std::fill_n(packed.get(), shape.floats(), 0.0F);
  shape.Each([&](size_t index, size_t place, bool bias) {
    packed[place] = bias ? weights.bias[index] : weights.filter[index];
  });
  return packed;
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_TAPS_INL_H_
