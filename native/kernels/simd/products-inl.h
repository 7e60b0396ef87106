// Products of vectors and their sums, of floats or of pairs of bfloat16. Compiled once for each
// instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_PRODUCTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_PRODUCTS_INL_H_
#undef MOVINET_KERNELS_PRODUCTS_INL_H_
#else
#define MOVINET_KERNELS_PRODUCTS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

#include "kernels/products.h"
#include "kernels/scratch.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Whether there are kernels for bfloat16; the processor may lack it all the same.
constexpr bool kHasBfloat16 = HWY_TARGET == HWY_AVX3;

/// Values of a factor that one 32-bit cell of memory holds.
constexpr size_t CellValues(Products products) { return products == Products::kFloat32 ? 1 : 2; }

/// sum + x · w, or, of cells that are pairs of bfloat16, sum + x0 · w0 + x1 · w1.
template <Products kProducts, class D, class V = hn::Vec<D>>
HWY_INLINE V AddProduct(D /*d*/, V x, V w, V sum) {
  if constexpr (kProducts == Products::kBfloat16) {
#if HWY_TARGET == HWY_AVX3
    // Highway's AVX-512 does without BF16, so that its functions are not ones that may name it.
    __asm__("vdpbf16ps %2, %1, %0" : "+v"(sum.raw) : "v"(x.raw), "v"(w.raw));
#endif
    return sum;
  } else {
    return hn::MulAdd(x, w, sum);
  }
}

/// Rounds floats to pairs of bfloat16: half as many cells. Only where there are kernels for them.
// NOLINTBEGIN(readability-non-const-parameter)
template <class D>
HWY_INLINE void StorePairs(D /*d*/, hn::Vec<D> values, float* to) {
#if HWY_TARGET == HWY_AVX3
  const hn::Half<D> half;
  hn::Vec<hn::Half<D>> pairs;
  __asm__("vcvtneps2bf16 %1, %0" : "=v"(pairs.raw) : "v"(values.raw));
  hn::StoreU(pairs, half, to);
#else
  (void)values, (void)to;
#endif
}
// NOLINTEND(readability-non-const-parameter)

/// `count`: a multiple of 8.
inline void ToPairs(const float* HWY_RESTRICT from, size_t count, float* HWY_RESTRICT to) {
  const hn::ScalableTag<float> d;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d))
    StorePairs(d, hn::LoadU(d, from + i), to + i / 2);
  const hn::Half<decltype(d)> half;
  if (i < count) StorePairs(half, hn::LoadU(half, from + i), to + i / 2);
}

/// Values as the products take them, in the thread's scratch memory where they have to be rounded.
inline const float* CellsOf(Products products, const float* values, size_t count,
                            Scratch::Piece piece) {
  if (products == Products::kFloat32) return values;
  float* pairs = Scratch::OfThread().Get<float>(piece, count / 2);
  ToPairs(values, count, pairs);
  return pairs;
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_PRODUCTS_INL_H_
