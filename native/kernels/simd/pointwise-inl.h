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

#include "kernels/activation.h"
#include "kernels/simd/activations-inl.h"
#include "kernels/simd/panels-inl.h"
#include "kernels/simd/products-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Pixels of a tile of so many vectors: as many sums as the registers hold beside the operands.
template <size_t kVectors>
constexpr size_t TilePixels() {
  if (kManyRegisters)
    return kVectors == 1 ? 12 : kVectors == 2 ? 12 : kVectors == 3 ? 8 : kVectors == 4 ? 6 : 4;
  return kVectors == 1 ? 10 : 6;
}

/// Pixels whose channels lie in runs of `run`, the last one perhaps shorter: a run's channels side
/// by side, the next pixel's `pixel_stride` on, the next run's `run_stride`. All of them count
/// cells of 32 bits: floats, or pairs of bfloat16.
struct PixelRuns {
  const float* base;
  size_t pixel_stride;
  size_t channels;
  size_t run;
  size_t run_stride;
};

/// Pixels whose channels lie side by side.
HWY_INLINE PixelRuns DensePixels(const float* base, size_t cells) {
  return {base, cells, cells, cells, 0};
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

/// Sums of kVectors vectors, or of one fewer and half a one.
template <size_t kVectors, bool kHalf>
struct PixelSums {
  // Not the implicit one, which would be compiled for any processor and could not have NEON's
  // vectors constructed in it.
  HWY_INLINE PixelSums() {}  // NOLINT(modernize-use-equals-default)

  static constexpr size_t kWhole = kVectors - (kHalf ? 1 : 0);
  // One more than there are where the panel is but half a vector.
  hn::Vec<Full> whole[kWhole == 0 ? 1 : kWhole];
  hn::Vec<Half> half;
};

/// Sums += pixels · weights over one run of channels.
template <Products kProducts, size_t kPixels, size_t kVectors, bool kHalf>
HWY_INLINE void AddProducts(const float* HWY_RESTRICT in, size_t pixel_stride, size_t channels,
                            const float* HWY_RESTRICT weights,
                            PixelSums<kVectors, kHalf> (&sums)[kPixels]) {
  const Full d;
  const Half dh;
  constexpr size_t kWhole = PixelSums<kVectors, kHalf>::kWhole;
  for (size_t k = 0; k < channels; ++k, weights += kVectors * kLanes) {
    PixelSums<kVectors, kHalf> w;
#pragma GCC unroll 5
    for (size_t v = 0; v < kWhole; ++v) w.whole[v] = hn::Load(d, weights + v * kLanes);
    if constexpr (kHalf) w.half = hn::Load(dh, weights + kWhole * kLanes);
#pragma GCC unroll 12
    for (size_t p = 0; p < kPixels; ++p) {
      if constexpr (kWhole > 0) {
        const auto x = hn::Set(d, in[p * pixel_stride + k]);
#pragma GCC unroll 5
        for (size_t v = 0; v < kWhole; ++v)
          sums[p].whole[v] = AddProduct<kProducts>(d, x, w.whole[v], sums[p].whole[v]);
        if constexpr (kHalf)
          sums[p].half = AddProduct<kProducts>(dh, hn::LowerHalf(dh, x), w.half, sums[p].half);
      } else {
        sums[p].half =
            AddProduct<kProducts>(dh, hn::Set(dh, in[p * pixel_stride + k]), w.half, sums[p].half);
      }
    }
  }
}

template <Activation kActivation, class D>
HWY_INLINE void StoreResult(D d, hn::Vec<D> sum, const float* residual, float* to) {
  auto y = Activate<kActivation>(d, sum);
  if (kActivation == Activation::kNone && residual != nullptr)
    y = hn::Add(y, hn::LoadU(d, residual));
  hn::StoreU(y, d, to);
}

template <Products kProducts, size_t kPixels, size_t kVectors, bool kHalf, Activation kActivation>
HWY_INLINE void PointwiseTile(const PixelRuns& in, size_t pixel, const float* HWY_RESTRICT weights,
                              const PixelOutput& out) {
  const Full d;
  const Half dh;
  constexpr size_t kWhole = PixelSums<kVectors, kHalf>::kWhole;
  PixelSums<kVectors, kHalf> sums[kPixels];
#pragma GCC unroll 12
  for (size_t p = 0; p < kPixels; ++p) {
#pragma GCC unroll 5
    for (size_t v = 0; v < kWhole; ++v) sums[p].whole[v] = hn::Load(d, weights + v * kLanes);
    if constexpr (kHalf) sums[p].half = hn::Load(dh, weights + kWhole * kLanes);
  }
  weights += kVectors * kLanes;
  const float* from = in.base + pixel * in.pixel_stride;
  for (size_t first = 0; first < in.channels; first += in.run) {
    const size_t run = HWY_MIN(in.run, in.channels - first);
    AddProducts<kProducts, kPixels, kVectors, kHalf>(from, in.pixel_stride, run, weights, sums);
    from += in.run_stride;
    weights += run * kVectors * kLanes;
  }
#pragma GCC unroll 12
  for (size_t p = 0; p < kPixels; ++p) {
    const size_t at = (pixel + p) * out.pixel_stride;
    float* to = out.base + (out.offsets != nullptr ? out.offsets[pixel + p] : at);
    const float* residual = out.residual == nullptr ? nullptr : out.residual + at;
    const auto residual_of = [&](size_t v) HWY_ATTR {
      return residual == nullptr ? nullptr : residual + v * out.vector_stride;
    };
#pragma GCC unroll 5
    for (size_t v = 0; v < kWhole; ++v)
      StoreResult<kActivation>(d, sums[p].whole[v], residual_of(v), to + v * out.vector_stride);
    if constexpr (kHalf)
      StoreResult<kActivation>(dh, sums[p].half, residual_of(kWhole),
                               to + kWhole * out.vector_stride);
  }
}

/// All pixels of one panel.
template <Products kProducts, size_t kVectors, bool kHalf, Activation kActivation>
HWY_NOINLINE void PointwisePanel(const PixelRuns& in, size_t pixels, const float* weights,
                                 const PixelOutput& out) {
  constexpr size_t kTile = TilePixels<kVectors>();
  size_t p = 0;
  for (; p + kTile <= pixels; p += kTile)
    PointwiseTile<kProducts, kTile, kVectors, kHalf, kActivation>(in, p, weights, out);
  if (p == pixels) return;
  if (pixels >= kTile) {
    // The last tile computes some pixels once more.
    PointwiseTile<kProducts, kTile, kVectors, kHalf, kActivation>(in, pixels - kTile, weights, out);
    return;
  }
  for (; p + 4 <= pixels; p += 4)
    PointwiseTile<kProducts, 4, kVectors, kHalf, kActivation>(in, p, weights, out);
  for (; p < pixels; ++p)
    PointwiseTile<kProducts, 1, kVectors, kHalf, kActivation>(in, p, weights, out);
}

/// By whether the panel ends with half a vector.
template <Products kProducts, size_t kVectors, Activation kActivation>
HWY_INLINE void PointwisePanelOf(bool half, const PixelRuns& in, size_t pixels,
                                 const float* weights, const PixelOutput& out) {
  if constexpr (kVectors <= kMaxVectors) {
    if constexpr (kHasHalf) {
      if (half)
        return PointwisePanel<kProducts, kVectors, true, kActivation>(in, pixels, weights, out);
    }
    PointwisePanel<kProducts, kVectors, false, kActivation>(in, pixels, weights, out);
  }
}

/// By its vectors.
template <Products kProducts, Activation kActivation>
HWY_INLINE void PointwiseVectors(const PixelRuns& in, size_t pixels, const PackedWeights& weights,
                                 const Panel& panel, const PixelOutput& out) {
  const float* packed = weights.Of(panel);
  switch (panel.vectors) {
    case 1:
      return PointwisePanelOf<kProducts, 1, kActivation>(panel.half, in, pixels, packed, out);
    case 2:
      return PointwisePanelOf<kProducts, 2, kActivation>(panel.half, in, pixels, packed, out);
    case 3:
      return PointwisePanelOf<kProducts, 3, kActivation>(panel.half, in, pixels, packed, out);
    case 4:
      return PointwisePanelOf<kProducts, 4, kActivation>(panel.half, in, pixels, packed, out);
    default:
      return PointwisePanelOf<kProducts, 5, kActivation>(panel.half, in, pixels, packed, out);
  }
}

/// One panel of columns.
template <Activation kActivation>
HWY_INLINE void Pointwise(const PixelRuns& in, size_t pixels, const PackedWeights& weights,
                          const Panel& panel, const PixelOutput& out) {
  if constexpr (kHasBfloat16) {
    if (weights.products() == Products::kBfloat16) {
      return PointwiseVectors<Products::kBfloat16, kActivation>(in, pixels, weights, panel, out);
    }
  }
  PointwiseVectors<Products::kFloat32, kActivation>(in, pixels, weights, panel, out);
}

/// All columns, the output's channels side by side.
template <Activation kActivation>
HWY_INLINE void Pointwise(const PixelRuns& in, size_t pixels, const PackedWeights& weights,
                          float* out, const float* residual = nullptr) {
  for (const Panel& panel : weights.panels()) {
    const size_t first = panel.block * kLanes;
    const PixelOutput to{out + first, weights.outputs(), kLanes, nullptr,
                         residual == nullptr ? nullptr : residual + first};
    Pointwise<kActivation>(in, pixels, weights, panel, to);
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_POINTWISE_INL_H_
