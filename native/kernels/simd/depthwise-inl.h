// Depthwise convolutions of a row, one vector of channels at a time. Compiled once for each
// instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_DEPTHWISE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_DEPTHWISE_INL_H_
#undef MOVINET_KERNELS_DEPTHWISE_INL_H_
#else
#define MOVINET_KERNELS_DEPTHWISE_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

#include "kernels/activation.h"
#include "kernels/simd/activations-inl.h"
#include "kernels/simd/pointwise-inl.h"
#include "kernels/simd/products-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The most rows of pixels that a kernel may span.
constexpr size_t kMaxKernel = 7;

/// One row of outputs of one vector of channels. Every pixel is kLanes floats, frames side by side;
/// rows have zeros wherever the kernel reaches past the clip, in space as in time, so that nothing
/// is decided here.
struct DepthwiseRow {
  /// The input rows that the kernel sees, rows of zeros left out: `row_count` of them.
  const float* rows[kMaxKernel];
  size_t row_count;
  /// [row][column][frame][kLanes], those of `rows[0]` on.
  const float* weights;
  /// [kLanes].
  const float* bias;
  /// Columns of the kernel.
  size_t columns;
  size_t stride;
  /// Frames of a pixel of the input, with those that the kernel reaches around the clip's.
  size_t input_frames;
  /// [width][output_frames][kLanes], or, as pairs of bfloat16, [kLanes / 2].
  float* out;
  bool pairs = false;
  size_t output_frames;
  size_t width;
  /// Of the clip.
  size_t frames;
  /// Sums over the row for each frame [frames][kLanes], added to. None: nullptr.
  float* sums;
};

/// The activation of kColumns × kFrames sums from column x and frame t on.
template <class D, size_t kColumns, size_t kFrames, Activation kActivation>
HWY_INLINE void StoreTile(D d, const DepthwiseRow& row, size_t x, size_t t,
                          hn::Vec<D> (&sums)[kColumns][kFrames]) {
  using V = hn::Vec<D>;
#pragma GCC unroll 16
  for (size_t c = 0; c < kColumns; ++c) {
    const size_t first = (x + c) * row.output_frames + t;
#pragma GCC unroll 16
    for (size_t f = 0; f < kFrames; ++f) {
      sums[c][f] = Activate<kActivation>(d, sums[c][f]);
      if (kHasBfloat16 && row.pairs) {
        StorePairs(d, sums[c][f], row.out + (first + f) * kLanes / 2);
      } else {
        hn::Store(sums[c][f], d, row.out + (first + f) * kLanes);
      }
    }
  }
  if (row.sums == nullptr) return;
  float* total = row.sums + t * kLanes;
#pragma GCC unroll 16
  for (size_t f = 0; f < kFrames; ++f) {
    V sum = sums[0][f];
#pragma GCC unroll 16
    for (size_t c = 1; c < kColumns; ++c) sum = hn::Add(sum, sums[c][f]);
    hn::Store(hn::Add(sum, hn::Load(d, total + f * kLanes)), d, total + f * kLanes);
  }
}

/// kColumns × kFrames outputs from column x and frame t on.
template <class D, size_t kKernelFrames, size_t kColumns, size_t kFrames, Activation kActivation>
HWY_INLINE void DepthwiseTile(D d, const DepthwiseRow& row, size_t x, size_t t) {
  using V = hn::Vec<D>;
  constexpr size_t kInputs = kFrames + kKernelFrames - 1;
  const V bias = hn::Load(d, row.bias);
  V sums[kColumns][kFrames];
#pragma GCC unroll 16
  for (size_t c = 0; c < kColumns; ++c) {
#pragma GCC unroll 16
    for (size_t f = 0; f < kFrames; ++f) sums[c][f] = bias;
  }
  const size_t column_stride = row.input_frames * kLanes;
  const size_t next = row.stride * column_stride;
  const float* HWY_RESTRICT weights = row.weights;
  for (size_t r = 0; r < row.row_count; ++r) {
    const float* HWY_RESTRICT in = row.rows[r] + x * next + t * kLanes;
    for (size_t k = 0; k < row.columns; ++k) {
      V w[kKernelFrames];
#pragma GCC unroll 5
      for (size_t f = 0; f < kKernelFrames; ++f) w[f] = hn::Load(d, weights + f * kLanes);
#pragma GCC unroll 16
      for (size_t c = 0; c < kColumns; ++c) {
#pragma GCC unroll 16
        for (size_t i = 0; i < kInputs; ++i) {
          const V value = hn::Load(d, in + c * next + i * kLanes);
#pragma GCC unroll 5
          for (size_t f = 0; f < kKernelFrames; ++f) {
            if (i >= f && i - f < kFrames) sums[c][i - f] = hn::MulAdd(value, w[f], sums[c][i - f]);
          }
        }
      }
      weights += kKernelFrames * kLanes;
      in += column_stride;
    }
  }
  StoreTile<D, kColumns, kFrames, kActivation>(d, row, x, t, sums);
}

/// The same for kernels of one frame and kSize columns: what two outputs have in common is loaded
/// once.
template <class D, size_t kSize, size_t kStride, size_t kFrames, Activation kActivation>
HWY_INLINE void DepthwisePair(D d, const DepthwiseRow& row, size_t x, size_t t) {
  using V = hn::Vec<D>;
  const V bias = hn::Load(d, row.bias);
  V sums[2][kFrames];
#pragma GCC unroll 16
  for (size_t f = 0; f < kFrames; ++f) sums[0][f] = sums[1][f] = bias;
  const size_t column_stride = row.input_frames * kLanes;
  const float* HWY_RESTRICT weights = row.weights;
  for (size_t r = 0; r < row.row_count; ++r, weights += kSize * kLanes) {
    const float* HWY_RESTRICT in = row.rows[r] + x * kStride * column_stride + t * kLanes;
    V w[kSize];
#pragma GCC unroll 5
    for (size_t k = 0; k < kSize; ++k) w[k] = hn::Load(d, weights + k * kLanes);
#pragma GCC unroll 7
    for (size_t k = 0; k < kSize + kStride; ++k, in += column_stride) {
#pragma GCC unroll 16
      for (size_t f = 0; f < kFrames; ++f) {
        const V value = hn::Load(d, in + f * kLanes);
        if (k < kSize) sums[0][f] = hn::MulAdd(value, w[k], sums[0][f]);
        if (k >= kStride) sums[1][f] = hn::MulAdd(value, w[k - kStride], sums[1][f]);
      }
    }
  }
  StoreTile<D, 2, kFrames, kActivation>(d, row, x, t, sums);
}

/// All pairs of columns of a row; returns how many columns these are.
template <class D, size_t kSize, size_t kStride, size_t kFrames, Activation kActivation>
HWY_INLINE size_t DepthwisePairsOf(D d, const DepthwiseRow& row, size_t t) {
  size_t x = 0;
  for (; x + 2 <= row.width; x += 2)
    DepthwisePair<D, kSize, kStride, kFrames, kActivation>(d, row, x, t);
  return x;
}

/// By the kernel's columns and stride; none for others than these.
template <class D, size_t kFrames, Activation kActivation>
HWY_INLINE size_t DepthwisePairs(D d, const DepthwiseRow& row, size_t t) {
  const bool dense = row.stride == 1;
  switch (row.columns) {
    case 3:
      return dense ? DepthwisePairsOf<D, 3, 1, kFrames, kActivation>(d, row, t)
                   : DepthwisePairsOf<D, 3, 2, kFrames, kActivation>(d, row, t);
    case 5:
      return dense ? DepthwisePairsOf<D, 5, 1, kFrames, kActivation>(d, row, t)
                   : DepthwisePairsOf<D, 5, 2, kFrames, kActivation>(d, row, t);
    default:
      return 0;
  }
}

/// Outputs that are computed side by side: as many chains of additions as keep the multipliers
/// busy.
constexpr size_t kDepthwiseOutputs = kManyRegisters ? 16 : 8;

template <class D, size_t kKernelFrames, size_t kFrames, Activation kActivation>
HWY_NOINLINE void DepthwiseFrames(D d, const DepthwiseRow& row, size_t t) {
  constexpr size_t kColumns = kDepthwiseOutputs / kFrames;
  size_t x = 0;
  if constexpr (kKernelFrames == 1 && kColumns == 2)
    x = DepthwisePairs<D, kFrames, kActivation>(d, row, t);
  for (; x + kColumns <= row.width; x += kColumns) {
    DepthwiseTile<D, kKernelFrames, kColumns, kFrames, kActivation>(d, row, x, t);
  }
  if constexpr (kColumns > 8) {
    for (; x + 8 <= row.width; x += 8)
      DepthwiseTile<D, kKernelFrames, 8, kFrames, kActivation>(d, row, x, t);
  }
  if constexpr (kColumns > 4) {
    for (; x + 4 <= row.width; x += 4)
      DepthwiseTile<D, kKernelFrames, 4, kFrames, kActivation>(d, row, x, t);
    // The last tile computes some columns once more, unless they would be summed twice.
    if (x < row.width && row.width >= 4 && row.sums == nullptr)
      return DepthwiseTile<D, kKernelFrames, 4, kFrames, kActivation>(d, row, row.width - 4, t);
  }
  if constexpr (kColumns > 1) {
    for (; x < row.width; ++x)
      DepthwiseTile<D, kKernelFrames, 1, kFrames, kActivation>(d, row, x, t);
  }
}

/// What every processor has is for those that nobody measures: one form of each loop will do there.
constexpr bool kManyForms = HWY_TARGET <= HWY_AVX2 || HWY_ARCH_ARM_A64;

/// Frames in blocks of 8, then of 4, then each for itself.
template <class D, size_t kKernelFrames, Activation kActivation>
HWY_INLINE void DepthwiseAllFrames(D d, const DepthwiseRow& row) {
  size_t t = 0;
  if constexpr (kManyForms) {
    for (; t + 8 <= row.frames; t += 8)
      DepthwiseFrames<D, kKernelFrames, 8, kActivation>(d, row, t);
    for (; t + 4 <= row.frames; t += 4)
      DepthwiseFrames<D, kKernelFrames, 4, kActivation>(d, row, t);
  }
  for (; t < row.frames; ++t) DepthwiseFrames<D, kKernelFrames, 1, kActivation>(d, row, t);
}

/// By the frames of the kernel: 1, 3 or 5.
template <class D, Activation kActivation>
HWY_INLINE void Depthwise(D d, size_t kernel_frames, const DepthwiseRow& row) {
  switch (kernel_frames) {
    case 1:
      return DepthwiseAllFrames<D, 1, kActivation>(d, row);
    case 3:
      return DepthwiseAllFrames<D, 3, kActivation>(d, row);
    default:
      return DepthwiseAllFrames<D, 5, kActivation>(d, row);
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_DEPTHWISE_INL_H_
