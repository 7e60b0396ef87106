// Sums of scaled values. Compiled once for each instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_ADD_SCALED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_ADD_SCALED_INL_H_
#undef MOVINET_KERNELS_ADD_SCALED_INL_H_
#else
#define MOVINET_KERNELS_ADD_SCALED_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

#include "kernels/weights.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// to[i] = scale · from[i] + with[i], a multiple of kChannelStep of them; `to` may be either.
inline void AddScaled(const float* from, float scale, const float* with, size_t count, float* to) {
  const hn::CappedTag<float, kChannelStep> step;
  const hn::ScalableTag<float> d;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto sum = hn::MulAdd(hn::LoadU(d, from + i), hn::Set(d, scale), hn::LoadU(d, with + i));
    hn::StoreU(sum, d, to + i);
  }
  for (; i < count; i += hn::Lanes(step)) {
    const auto sum =
        hn::MulAdd(hn::LoadU(step, from + i), hn::Set(step, scale), hn::LoadU(step, with + i));
    hn::StoreU(sum, step, to + i);
  }
}

/// to += scale · from.
inline void AddScaled(const float* from, float scale, size_t count, float* to) {
  AddScaled(from, scale, to, count, to);
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_ADD_SCALED_INL_H_
