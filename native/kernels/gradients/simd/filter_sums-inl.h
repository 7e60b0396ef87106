// Gradients of the weights of matrix products. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_FILTER_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_FILTER_SUMS_INL_H_
#undef MOVINET_KERNELS_FILTER_SUMS_INL_H_
#else
#define MOVINET_KERNELS_FILTER_SUMS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/simd/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Pixels of some vectors of channels, all of them whole: pixel p, vector v at base + p *
/// pixel_stride + v * vector_stride.
struct PixelVectors {
  const float* base;
  size_t pixel_stride;
  size_t vector_stride;
};

/// Where sums of products go: that of channel i and vector v at base + i * channel_stride + v *
/// kLanes.
struct FilterSums {
  float* base;
  size_t channel_stride;
};

/// Channels of a tile of so many vectors: as many sums as the registers hold and the multipliers
/// need.
template <size_t kVectors>
constexpr size_t TileChannels() {
  if (kManyRegisters) return kVectors >= 4 ? 4 : 8;
  return kVectors == 1 ? 8 : 4;
}

template <size_t kChannels, size_t kVectors>
HWY_INLINE void AddFilterTile(const float* HWY_RESTRICT values, size_t value_stride, size_t pixels,
                              const PixelVectors& vectors, const FilterSums& sums) {
  using V = hn::Vec<Full>;
  const Full d;
  V total[kChannels][kVectors];
#pragma GCC unroll 8
  for (size_t c = 0; c < kChannels; ++c) {
#pragma GCC unroll 5
    for (size_t v = 0; v < kVectors; ++v) total[c][v] = hn::Zero(d);
  }
  const float* HWY_RESTRICT from = vectors.base;
  for (size_t p = 0; p < pixels; ++p, values += value_stride, from += vectors.pixel_stride) {
    V x[kVectors];
#pragma GCC unroll 5
    for (size_t v = 0; v < kVectors; ++v) x[v] = hn::Load(d, from + v * vectors.vector_stride);
#pragma GCC unroll 8
    for (size_t c = 0; c < kChannels; ++c) {
      const V value = hn::Set(d, values[c]);
#pragma GCC unroll 5
      for (size_t v = 0; v < kVectors; ++v) total[c][v] = hn::MulAdd(value, x[v], total[c][v]);
    }
  }
#pragma GCC unroll 8
  for (size_t c = 0; c < kChannels; ++c) {
    float* to = sums.base + c * sums.channel_stride;
#pragma GCC unroll 5
    for (size_t v = 0; v < kVectors; ++v, to += kLanes)
      hn::Store(hn::Add(hn::Load(d, to), total[c][v]), d, to);
  }
}

template <size_t kVectors>
HWY_NOINLINE void AddFilterVectors(const float* values, size_t channels, size_t pixels,
                                   const PixelVectors& vectors, const FilterSums& sums) {
  if constexpr (kVectors <= kMaxVectors) {
    constexpr size_t kTile = TileChannels<kVectors>();
    size_t c = 0;
    const auto at = [&](size_t channel) HWY_ATTR {
      return FilterSums{sums.base + channel * sums.channel_stride, sums.channel_stride};
    };
    for (; c + kTile <= channels; c += kTile)
      AddFilterTile<kTile, kVectors>(values + c, channels, pixels, vectors, at(c));
    for (; c < channels; ++c)
      AddFilterTile<1, kVectors>(values + c, channels, pixels, vectors, at(c));
  }
}

/// sums += the products of each channel's values [pixels][channels] and each vector, over all
/// pixels.
HWY_INLINE void AddFilterSums(const float* values, size_t channels, size_t pixels,
                              const PixelVectors& vectors, size_t count, const FilterSums& sums) {
  switch (count) {
    case 1:
      return AddFilterVectors<1>(values, channels, pixels, vectors, sums);
    case 2:
      return AddFilterVectors<2>(values, channels, pixels, vectors, sums);
    case 3:
      return AddFilterVectors<3>(values, channels, pixels, vectors, sums);
    case 4:
      return AddFilterVectors<4>(values, channels, pixels, vectors, sums);
    default:
      return AddFilterVectors<5>(values, channels, pixels, vectors, sums);
  }
}

/// sums [count][kLanes] += the vectors of all pixels.
inline void AddBiasSums(size_t pixels, const PixelVectors& vectors, size_t count, float* sums) {
  const Full d;
  for (size_t v = 0; v < count; ++v, sums += kLanes) {
    const float* from = vectors.base + v * vectors.vector_stride;
    auto even = hn::Zero(d);
    auto odd = hn::Zero(d);
    size_t p = 0;
    for (; p + 2 <= pixels; p += 2, from += 2 * vectors.pixel_stride) {
      even = hn::Add(even, hn::Load(d, from));
      odd = hn::Add(odd, hn::Load(d, from + vectors.pixel_stride));
    }
    if (p < pixels) even = hn::Add(even, hn::Load(d, from));
    hn::Store(hn::Add(hn::Load(d, sums), hn::Add(even, odd)), d, sums);
  }
}

/// What a layer of weights [inputs][outputs], whole vectors, and a bias gets from its values
/// [pixels][inputs] and the gradient of its results [pixels][outputs].
inline void AddLayerSums(const float* values, size_t inputs, size_t pixels, const float* gradient,
                         size_t outputs, float* filter, float* bias) {
  const size_t vectors = outputs / kLanes;
  for (size_t v = 0; v < vectors; v += kMaxVectors) {
    AddFilterSums(values, inputs, pixels, {gradient + v * kLanes, outputs, kLanes},
                  std::min(kMaxVectors, vectors - v), {filter + v * kLanes, outputs});
  }
  AddBiasSums(pixels, {gradient, outputs, kLanes}, vectors, bias);
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_FILTER_SUMS_INL_H_
