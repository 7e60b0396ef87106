// Activations and their derivatives. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_SLOPES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_SLOPES_INL_H_
#undef MOVINET_KERNELS_SLOPES_INL_H_
#else
#define MOVINET_KERNELS_SLOPES_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

#include "kernels/activation.h"
#include "kernels/simd/activations-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// 1 where 0 < x < 6, else 0: at the ends as TensorFlow has it.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Relu6Slope(D d, V x) {
  const auto inside = hn::And(hn::Gt(x, hn::Zero(d)), hn::Lt(x, hn::Set(d, 6.0f)));
  return hn::IfThenElseZero(inside, hn::Set(d, 1.0f));
}

/// The activation of x in place of x, and its derivative there.
template <Activation kActivation, class D, class V = hn::Vec<D>>
HWY_INLINE V ActivateWithSlope(D d, V& x) {
  if constexpr (kActivation == Activation::kRelu6) {
    const V slope = Relu6Slope(d, x);
    x = Relu6(d, x);
    return slope;
  } else if constexpr (kActivation == Activation::kSwish) {
    const V sigmoid = Sigmoid(d, x);
    x = hn::Mul(x, sigmoid);
    return hn::MulAdd(sigmoid, hn::Sub(hn::Set(d, 1.0f), x), x);
  } else {
    // The two factors' derivatives, one after the other.
    const V shifted = hn::Add(x, hn::Set(d, 3.0f));
    const V sixth = hn::Set(d, 1.0f / 6.0f);
    const V gate = hn::Mul(Relu6(d, shifted), sixth);
    const V slope = hn::MulAdd(hn::Mul(x, sixth), Relu6Slope(d, shifted), gate);
    x = hn::Mul(x, gate);
    return slope;
  }
}

template <Activation kActivation>
HWY_NOINLINE void ActivateAllWithSlopes(float* HWY_RESTRICT values, size_t count,
                                        float* HWY_RESTRICT slopes) {
  const hn::ScalableTag<float> d;
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    auto x = hn::Load(d, values + i);
    hn::Store(ActivateWithSlope<kActivation>(d, x), d, slopes + i);
    hn::Store(x, d, values + i);
  }
}

/// `count` values, whole vectors, give way to their activations; `slopes`: the derivatives.
inline void ActivateWithSlopes(Activation activation, float* values, size_t count, float* slopes) {
  switch (activation) {
    case Activation::kSwish:
      return ActivateAllWithSlopes<Activation::kSwish>(values, count, slopes);
    case Activation::kHardSwish:
      return ActivateAllWithSlopes<Activation::kHardSwish>(values, count, slopes);
    default:
      return ActivateAllWithSlopes<Activation::kRelu6>(values, count, slopes);
  }
}

/// x ·= y, whole vectors.
inline void MultiplyAll(float* HWY_RESTRICT x, const float* HWY_RESTRICT y, size_t count) {
  const hn::ScalableTag<float> d;
  for (size_t i = 0; i < count; i += hn::Lanes(d))
    hn::Store(hn::Mul(hn::Load(d, x + i), hn::Load(d, y + i)), d, x + i);
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_SLOPES_INL_H_
