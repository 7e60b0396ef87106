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

/// 2^x for x in [-126, 126], to 2e-7 of it: 2^round(x) from the exponent's bits, times a polynomial
/// of the rest in [-0.5, 0.5], whose coefficients make the largest relative error smallest.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp2(D d, V x) {
  const hn::RebindToSigned<D> di;
  const V whole = hn::Round(x);
  const V f = hn::Sub(x, whole);
  V p = hn::Set(d, 0.0013264724f);
  p = hn::MulAdd(p, f, hn::Set(d, 0.009671513f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.055507336f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.24022242f));
  p = hn::MulAdd(p, f, hn::Set(d, 0.693147f));
  p = hn::MulAdd(p, f, hn::Set(d, 1.0f));
  const auto exponent = hn::ShiftLeft<23>(hn::ConvertTo(di, whole));
  // Adds to the exponent's bits, which p, between 0.7 and 1.5, leaves room for.
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

/// 1 / (1 + e^-x).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Sigmoid(D d, V x) {
  constexpr float kLog2E = 1.44269504f;
  const V z =
      hn::Min(hn::Max(hn::Mul(x, hn::Set(d, -kLog2E)), hn::Set(d, -126.0f)), hn::Set(d, 126.0f));
  const V one = hn::Set(d, 1.0f);
  return hn::Div(one, hn::Add(one, Exp2(d, z)));
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
    constexpr float kLog2E = 1.44269504f;
    const V z =
        hn::Min(hn::Max(hn::Mul(x, hn::Set(d, -kLog2E)), hn::Set(d, -126.0f)), hn::Set(d, 126.0f));
    return hn::Div(x, hn::Add(hn::Set(d, 1.0f), Exp2(d, z)));
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
