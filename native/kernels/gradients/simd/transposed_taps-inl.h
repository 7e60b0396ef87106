// Weights of depthwise convolutions for the way back. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_TRANSPOSED_TAPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_TRANSPOSED_TAPS_INL_H_
#undef MOVINET_KERNELS_TRANSPOSED_TAPS_INL_H_
#else
#define MOVINET_KERNELS_TRANSPOSED_TAPS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/packed.h"
#include "kernels/simd/panels-inl.h"
#include "kernels/simd/taps-inl.h"
#include "kernels/weights.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The weights that a depthwise convolution's inputs are reached by from its outputs. With a stride
/// of 2 rows and columns fall in two phases, each of which has every other weight: inputs of one
/// phase are a convolution of the outputs by the weights of that phase, turned around.
class TransposedTaps {
 public:
  TransposedTaps() = default;
  TransposedTaps(const Weights& weights, const TapShape& shape, size_t stride)
      : shape_(shape), stride_(stride) {
    const AlignedFloats forward = PackTaps(weights, shape);
    floats_ = AllocateFloats(shape.floats());
    float* to = floats_.get();
    for (size_t block = 0; block < shape.blocks(); ++block) {
      const float* from = forward.get() + block * (shape.count() + 1) * kLanes;
      for (size_t row_phase = 0; row_phase < stride; ++row_phase) {
        for (size_t column_phase = 0; column_phase < stride; ++column_phase)
          to = PackPhase(from, row_phase, column_phase, to);
      }
      // No bias.
      std::fill_n(to, kLanes, 0.0F);
      to += kLanes;
    }
  }

  /// Rows or columns of a phase.
  size_t Size(size_t phase) const {
    return phase < shape_.size ? (shape_.size - phase + stride_ - 1) / stride_ : 0;
  }
  size_t frames() const { return shape_.frames; }

  /// [row][column][frame][kLanes] of one block and phase.
  const float* Of(size_t block, size_t row_phase, size_t column_phase) const {
    size_t taps = 0;
    for (size_t r = 0; r < stride_; ++r) {
      for (size_t c = 0; c < stride_; ++c) {
        if (r == row_phase && c == column_phase) return Block(block) + taps * kLanes;
        taps += Size(r) * Size(c) * shape_.frames;
      }
    }
    return Block(block);
  }
  /// Zeros [kLanes].
  const float* NoBias() const { return Block(0) + shape_.count() * kLanes; }

 private:
  const float* Block(size_t block) const {
    return floats_.get() + block * (shape_.count() + 1) * kLanes;
  }

  float* PackPhase(const float* from, size_t row_phase, size_t column_phase, float* to) const {
    for (size_t r = Size(row_phase); r-- > 0;) {
      for (size_t c = Size(column_phase); c-- > 0;) {
        const size_t place = (row_phase + r * stride_) * shape_.size + column_phase + c * stride_;
        for (size_t f = shape_.frames; f-- > 0; to += kLanes)
          std::copy_n(from + (place * shape_.frames + f) * kLanes, kLanes, to);
      }
    }
    return to;
  }

  TapShape shape_{};
  size_t stride_ = 1;
  AlignedFloats floats_;
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_TRANSPOSED_TAPS_INL_H_
