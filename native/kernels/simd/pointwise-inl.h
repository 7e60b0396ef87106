// Matrix products of pixels and weights. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_POINTWISE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_POINTWISE_INL_H_
#undef MOVINET_KERNELS_POINTWISE_INL_H_
#else
#define MOVINET_KERNELS_POINTWISE_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/activation.h"
#include "kernels/packed.h"
#include "kernels/simd/activations-inl.h"
#include "kernels/weights.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of channels. Where channels, which come in multiples of kChannelStep, leave half a
/// vector over, it is the last one.
using Full = hn::ScalableTag<float>;
using Half = hn::Half<Full>;
// Not HWY_MAX_BYTES: without vectors that is 8, but Full one float.
constexpr size_t kLanes = HWY_LANES(float);
constexpr bool kHasHalf = kLanes > kChannelStep;
static_assert(kLanes <= 2 * kChannelStep);

/// Vectors of a panel of columns, and pixels of a tile of so many vectors: as many sums as the
/// registers hold beside the operands.
constexpr bool kManyRegisters = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64;
constexpr size_t kMaxVectors = kManyRegisters ? 4 : 2;
template <size_t kVectors>
constexpr size_t TilePixels() {
  if (kManyRegisters) return kVectors == 1 ? 12 : kVectors == 2 ? 12 : kVectors == 3 ? 8 : 6;
  return kVectors == 1 ? 10 : 6;
}

/// The panels of `columns` channels, first to last: `body(first, vectors, half)`.
template <class Body>
HWY_INLINE void ForEachPanel(size_t columns, const Body& body) {
  const size_t vectors = columns / kLanes;
  size_t at = 0;
  while (at < vectors) {
    const size_t take = HWY_MIN(kMaxVectors, vectors - at);
    body(at * kLanes, take, false);
    at += take;
  }
  if (kHasHalf && columns % kLanes != 0) body(vectors * kLanes, size_t{1}, true);
}

/// Weights [inputs, outputs] and a bias [outputs] (zeros where there is none), panel by panel: a
/// row of biases, then a row for each input.
HWY_INLINE void PackPointwise(const float* weights, const float* bias, size_t inputs,
                              size_t outputs, float* packed) {
  ForEachPanel(outputs, [&](size_t first, size_t vectors, bool half) HWY_ATTR {
    const size_t width = half ? kLanes / 2 : vectors * kLanes;
    for (size_t j = 0; j < width; ++j) packed[j] = bias == nullptr ? 0.0f : bias[first + j];
    packed += width;
    for (size_t i = 0; i < inputs; ++i, packed += width) {
      for (size_t j = 0; j < width; ++j) packed[j] = weights[i * outputs + first + j];
    }
  });
}

/// Also where the packed weights of the panel from channel `outputs` on begin.
constexpr size_t PackedSize(size_t inputs, size_t outputs) { return (inputs + 1) * outputs; }

inline AlignedFloats PackWeights(const Weights& weights, size_t inputs, size_t outputs) {
  AlignedFloats packed = AllocateFloats(PackedSize(inputs, outputs));
  PackPointwise(weights.filter.data(), weights.bias.data(), inputs, outputs, packed.get());
  return packed;
}

/// Pixels whose channels lie in runs of `run`, the last one perhaps shorter: a run's channels side
/// by side, the next pixel's `pixel_stride` floats on, the next run's `run_stride`.
struct PixelRuns {
  const float* base;
  size_t pixel_stride;
  size_t channels;
  size_t run;
  size_t run_stride;
};

/// Pixels whose channels lie side by side.
HWY_INLINE PixelRuns DensePixels(const float* base, size_t channels) {
  return {base, channels, channels, channels, 0};
}

/// Where results go: pixel p, vector v at base + (offsets ? offsets[p] : p * pixel_stride) + v *
/// vector_stride.
struct PixelOutput {
  float* base;
  size_t pixel_stride;
  size_t vector_stride;
  const uint32_t* offsets = nullptr;
  /// Added to the result, laid out by the strides above, without offsets. None: nullptr.
  const float* residual = nullptr;
};

/// Sums += pixels · weights over one run of channels.
template <class D, size_t kPixels, size_t kVectors>
HWY_INLINE void AddProducts(D d, const float* HWY_RESTRICT in, size_t pixel_stride, size_t channels,
                            const float* HWY_RESTRICT weights,
                            hn::Vec<D> (&sums)[kPixels][kVectors]) {
  const size_t lanes = hn::Lanes(d);
  for (size_t k = 0; k < channels; ++k) {
    hn::Vec<D> w[kVectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) w[v] = hn::Load(d, weights + (k * kVectors + v) * lanes);
#pragma GCC unroll 12
    for (size_t p = 0; p < kPixels; ++p) {
      const auto x = hn::Set(d, in[p * pixel_stride + k]);
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) sums[p][v] = hn::MulAdd(x, w[v], sums[p][v]);
    }
  }
}

template <class D, size_t kPixels, size_t kVectors, Activation kActivation>
HWY_INLINE void PointwiseTile(D d, const PixelRuns& in, size_t pixel,
                              const float* HWY_RESTRICT weights, const PixelOutput& out) {
  const size_t lanes = hn::Lanes(d);
  hn::Vec<D> sums[kPixels][kVectors];
#pragma GCC unroll 12
  for (size_t p = 0; p < kPixels; ++p) {
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) sums[p][v] = hn::Load(d, weights + v * lanes);
  }
  weights += kVectors * lanes;
  const float* from = in.base + pixel * in.pixel_stride;
  for (size_t first = 0; first < in.channels; first += in.run) {
    const size_t run = HWY_MIN(in.run, in.channels - first);
    AddProducts<D, kPixels, kVectors>(d, from, in.pixel_stride, run, weights, sums);
    from += in.run_stride;
    weights += run * kVectors * lanes;
  }
#pragma GCC unroll 12
  for (size_t p = 0; p < kPixels; ++p) {
    float* to = out.base +
                (out.offsets != nullptr ? out.offsets[pixel + p] : (pixel + p) * out.pixel_stride);
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) {
      auto y = Activate<kActivation>(d, sums[p][v]);
      if (kActivation == Activation::kNone && out.residual != nullptr) {
        y = hn::Add(
            y, hn::LoadU(d, out.residual + (pixel + p) * out.pixel_stride + v * out.vector_stride));
      }
      hn::StoreU(y, d, to + v * out.vector_stride);
    }
  }
}

/// All pixels of one panel.
template <class D, size_t kVectors, Activation kActivation>
HWY_NOINLINE void PointwisePanel(D d, const PixelRuns& in, size_t pixels, const float* weights,
                                 const PixelOutput& out) {
  constexpr size_t kTile = TilePixels<kVectors>();
  size_t p = 0;
  for (; p + kTile <= pixels; p += kTile)
    PointwiseTile<D, kTile, kVectors, kActivation>(d, in, p, weights, out);
  if (p == pixels) return;
  if (pixels >= kTile) {
    // The last tile computes some pixels once more.
    PointwiseTile<D, kTile, kVectors, kActivation>(d, in, pixels - kTile, weights, out);
    return;
  }
  for (; p + 4 <= pixels; p += 4)
    PointwiseTile<D, 4, kVectors, kActivation>(d, in, p, weights, out);
  for (; p < pixels; ++p) PointwiseTile<D, 1, kVectors, kActivation>(d, in, p, weights, out);
}

/// One panel by the number of its vectors.
template <Activation kActivation>
HWY_INLINE void PointwisePanelOf(size_t vectors, bool half, const PixelRuns& in, size_t pixels,
                                 const float* weights, const PixelOutput& out) {
  if (kHasHalf && half)
    return PointwisePanel<Half, 1, kActivation>(Half(), in, pixels, weights, out);
  switch (vectors) {
    case 1:
      return PointwisePanel<Full, 1, kActivation>(Full(), in, pixels, weights, out);
    case 2:
      return PointwisePanel<Full, 2, kActivation>(Full(), in, pixels, weights, out);
    case 3:
      if constexpr (kMaxVectors >= 3)
        return PointwisePanel<Full, 3, kActivation>(Full(), in, pixels, weights, out);
      break;
    default:
      if constexpr (kMaxVectors >= 4)
        return PointwisePanel<Full, 4, kActivation>(Full(), in, pixels, weights, out);
  }
}

/// All columns of packed weights, the output's channels side by side.
template <Activation kActivation>
HWY_INLINE void Pointwise(const PixelRuns& in, size_t pixels, const float* packed, size_t outputs,
                          float* out, const float* residual = nullptr) {
  ForEachPanel(outputs, [&](size_t first, size_t vectors, bool half) HWY_ATTR {
    const PixelOutput to{out + first, outputs, kLanes, nullptr,
                         residual == nullptr ? nullptr : residual + first};
    PointwisePanelOf<kActivation>(vectors, half, in, pixels,
                                  packed + PackedSize(in.channels, first), to);
  });
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_POINTWISE_INL_H_
