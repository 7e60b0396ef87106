// Activations of vectors of float32. Compiled once for each instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_ACTIVATIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_ACTIVATIONS_INL_H_
#undef MOVINET_KERNELS_ACTIVATIONS_INL_H_
#else
#define MOVINET_KERNELS_ACTIVATIONS_INL_H_
#endif

#include <hwy/highway.h>

#include <memory>

#include "kernels/activation.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// 2^f for f in [-0.5, 0.5], to 2e-7 of it: coefficients that make the largest relative error
/// smallest.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp2OfFraction(D d, V f) {
  V p = hn::Set(d, 0.0013264724f);
  p = hn::MulAdd(p, f, hn::Set(d, 0.009671513f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.055507336f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.24022242f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.693147f));
  return hn::MulAdd(p, f, hn::Set(d, 1.0f));
}

#if HWY_TARGET == HWY_AVX3
// AVX-512 takes numbers apart and scales them in one instruction each, which Highway does not know;
// what is too large or too small for an exponent is infinite or 0.
constexpr int kNearest = 8;
HWY_INLINE __m512 Fraction(__m512 x) { return _mm512_reduce_ps(x, kNearest); }
HWY_INLINE __m256 Fraction(__m256 x) { return _mm256_reduce_ps(x, kNearest); }
HWY_INLINE __m128 Fraction(__m128 x) { return _mm_reduce_ps(x, kNearest); }
HWY_INLINE __m512 ScaleByWhole(__m512 p, __m512 x) {
  return _mm512_scalef_ps(p, _mm512_roundscale_ps(x, kNearest));
}
HWY_INLINE __m256 ScaleByWhole(__m256 p, __m256 x) {
  return _mm256_scalef_ps(p, _mm256_roundscale_ps(x, kNearest));
}
HWY_INLINE __m128 ScaleByWhole(__m128 p, __m128 x) {
  return _mm_scalef_ps(p, _mm_roundscale_ps(x, kNearest));
}

/// 2^x, to 2e-7 of it.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp2(D d, V x) {
  return V{ScaleByWhole(Exp2OfFraction(d, V{Fraction(x.raw)}).raw, x.raw)};
}
#else
/// 2^x, to 2e-7 of it; for x outside of [-126, 126] that of the nearer end.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp2(D d, V x) {
  const hn::RebindToSigned<D> di;
  x = hn::Min(hn::Max(x, hn::Set(d, -126.0f)), hn::Set(d, 126.0f));
  const V whole = hn::Round(x);
  const V p = Exp2OfFraction(d, hn::Sub(x, whole));
  // Adds to the exponent's bits, which p, between 0.7 and 1.5, leaves room for.
  const auto exponent = hn::ShiftLeft<23>(hn::ConvertTo(di, whole));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}
#endif

/// 1 + e^-x.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V OnePlusExpOfMinus(D d, V x) {
  constexpr float kLog2E = 1.44269504f;
  return hn::Add(hn::Set(d, 1.0f), Exp2(d, hn::Mul(x, hn::Set(d, -kLog2E))));
}

/// 1 / (1 + e^-x).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Sigmoid(D d, V x) {
  return hn::Div(hn::Set(d, 1.0f), OnePlusExpOfMinus(d, x));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V Relu6(D d, V x) {
  // In this order what is no number stays none, as in TensorFlow: a model that has diverged must
  // show.
  return hn::Min(hn::Set(d, 6.0f), hn::Max(hn::Zero(d), x));
}

template <Activation kActivation, class D, class V = hn::Vec<D>>
HWY_INLINE V Activate(D d, V x) {
  if constexpr (kActivation == Activation::kRelu6) {
    return Relu6(d, x);
  } else if constexpr (kActivation == Activation::kSwish) {
    return hn::Div(x, OnePlusExpOfMinus(d, x));
  } else if constexpr (kActivation == Activation::kHardSwish) {
    const V gate = Relu6(d, hn::Add(x, hn::Set(d, 3.0f)));
    return hn::Mul(x, hn::Mul(gate, hn::Set(d, 1.0f / 6.0f)));
  } else {
    return x;
  }
}

/// A kernel for the activation that its spec has.
template <template <Activation> class Kernel, class Base, class Spec>
Base* NewByActivation(const Spec& spec) {
  switch (spec.activation) {
    case Activation::kSwish:
      return std::make_unique<Kernel<Activation::kSwish>>(spec).release();
    case Activation::kHardSwish:
      return std::make_unique<Kernel<Activation::kHardSwish>>(spec).release();
    default:
      return std::make_unique<Kernel<Activation::kRelu6>>(spec).release();
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_ACTIVATIONS_INL_H_
