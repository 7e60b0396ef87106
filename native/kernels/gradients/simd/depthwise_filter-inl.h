// Gradients of the weights of depthwise convolutions. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_DEPTHWISE_FILTER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_DEPTHWISE_FILTER_INL_H_
#undef MOVINET_KERNELS_DEPTHWISE_FILTER_INL_H_
#else
#define MOVINET_KERNELS_DEPTHWISE_FILTER_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

#include "kernels/simd/depthwise-inl.h"
#include "kernels/simd/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// What one row of a depthwise convolution's outputs adds to the gradient of its weights, of one
/// vector of channels.
struct DepthwiseFilterRow {
  /// As the convolution reads them: see DepthwiseRow.
  const float* rows[kMaxKernel];
  size_t row_count;
  size_t stride;
  size_t input_frames;
  /// Gradient of the outputs before their activation, frame 0 of column x at gradient + x *
  /// gradient_frames * kLanes.
  const float* gradient;
  size_t gradient_frames;
  size_t width;
  size_t frames;
  /// [row][column][frame][kLanes], those of `rows[0]` on, added to.
  float* sums;
};

/// kFrames frames of all columns, of one row of the kernel.
template <size_t kColumns, size_t kKernelFrames, size_t kFrames>
HWY_INLINE void AddDepthwiseFilterFrames(const DepthwiseFilterRow& row, size_t r, size_t t) {
  using V = hn::Vec<Full>;
  const Full d;
  // Kernels of few weights have several sums of each: one alone would wait for the last addition.
  constexpr size_t kChains = kColumns * kKernelFrames;
  constexpr size_t kSets = kChains >= 8                      ? 1
                           : kFrames % 4 == 0 && kChains < 4 ? 4
                           : kFrames % 2 == 0                ? 2
                                                             : 1;
  constexpr size_t kInputs = kFrames + kKernelFrames - 1;
  V sums[kColumns][kKernelFrames][kSets];
#pragma GCC unroll 7
  for (size_t k = 0; k < kColumns; ++k) {
#pragma GCC unroll 5
    for (size_t f = 0; f < kKernelFrames; ++f) {
#pragma GCC unroll 4
      for (size_t s = 0; s < kSets; ++s) sums[k][f][s] = hn::Zero(d);
    }
  }
  const size_t column = row.input_frames * kLanes;
  const float* HWY_RESTRICT in = row.rows[r] + t * kLanes;
  const float* HWY_RESTRICT gradient = row.gradient + t * kLanes;
  for (size_t x = 0; x < row.width;
       ++x, in += row.stride * column, gradient += row.gradient_frames * kLanes) {
    V g[kFrames];
#pragma GCC unroll 8
    for (size_t f = 0; f < kFrames; ++f) g[f] = hn::Load(d, gradient + f * kLanes);
#pragma GCC unroll 7
    for (size_t k = 0; k < kColumns; ++k) {
#pragma GCC unroll 12
      for (size_t i = 0; i < kInputs; ++i) {
        const V value = hn::Load(d, in + k * column + i * kLanes);
#pragma GCC unroll 5
        for (size_t f = 0; f < kKernelFrames; ++f) {
          if (i >= f && i - f < kFrames) {
            V& sum = sums[k][f][(i - f) % kSets];
            sum = hn::MulAdd(value, g[i - f], sum);
          }
        }
      }
    }
  }
  float* to = row.sums + r * kColumns * kKernelFrames * kLanes;
#pragma GCC unroll 7
  for (size_t k = 0; k < kColumns; ++k) {
#pragma GCC unroll 5
    for (size_t f = 0; f < kKernelFrames; ++f, to += kLanes) {
      V sum = sums[k][f][0];
#pragma GCC unroll 4
      for (size_t s = 1; s < kSets; ++s) sum = hn::Add(sum, sums[k][f][s]);
      hn::Store(hn::Add(hn::Load(d, to), sum), d, to);
    }
  }
}

template <size_t kColumns, size_t kKernelFrames>
HWY_NOINLINE void AddDepthwiseFilterRow(const DepthwiseFilterRow& row) {
  // Beside the sums of a large kernel the registers hold fewer frames.
  constexpr size_t kFrames = kColumns * kKernelFrames > 15 ? 4 : 8;
  for (size_t r = 0; r < row.row_count; ++r) {
    size_t t = 0;
    if constexpr (kManyForms) {
      for (; t + kFrames <= row.frames; t += kFrames)
        AddDepthwiseFilterFrames<kColumns, kKernelFrames, kFrames>(row, r, t);
    }
    for (; t < row.frames; ++t) AddDepthwiseFilterFrames<kColumns, kKernelFrames, 1>(row, r, t);
  }
}

template <size_t kKernelFrames>
HWY_INLINE void AddDepthwiseFilterColumns(size_t columns, const DepthwiseFilterRow& row) {
  switch (columns) {
    case 1:
      return AddDepthwiseFilterRow<1, kKernelFrames>(row);
    case 3:
      return AddDepthwiseFilterRow<3, kKernelFrames>(row);
    case 5:
      return AddDepthwiseFilterRow<5, kKernelFrames>(row);
    default:
      return AddDepthwiseFilterRow<7, kKernelFrames>(row);
  }
}

/// By the columns of the kernel, 1, 3, 5 or 7, and its frames, 1, 3 or 5.
HWY_INLINE void AddDepthwiseFilter(size_t columns, size_t frames, const DepthwiseFilterRow& row) {
  switch (frames) {
    case 1:
      return AddDepthwiseFilterColumns<1>(columns, row);
    case 3:
      return AddDepthwiseFilterColumns<3>(columns, row);
    default:
      return AddDepthwiseFilterColumns<5>(columns, row);
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_DEPTHWISE_FILTER_INL_H_
