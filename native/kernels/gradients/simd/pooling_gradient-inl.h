// Gradients of means of neighbouring pixels. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_POOLING_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_POOLING_GRADIENT_INL_H_
#undef MOVINET_KERNELS_POOLING_GRADIENT_INL_H_
#else
#define MOVINET_KERNELS_POOLING_GRADIENT_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/clip_shape.h"
#include "kernels/simd/add_scaled-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// What MeanPool's row `row` gives back to the clip that it read: added to `gradient`, of the
/// clip's shape.
inline void AddMeanPoolGradient(const ClipShape& shape, const float* pooled, size_t row,
                                float* gradient) {
  const SamePadding down(shape.height, 3, 2);
  const SamePadding across(shape.width, 3, 2);
  const size_t pixel = shape.frames * shape.channels;
  const auto first = [](size_t at, const SamePadding& padding) {
    return 2 * at > padding.before ? 2 * at - padding.before : 0;
  };
  const size_t y0 = first(row, down);
  const size_t y1 = std::min(shape.height, 2 * row + 3 - down.before);
  for (size_t x = 0; x < across.outputs; ++x, pooled += pixel) {
    const size_t x0 = first(x, across);
    const size_t x1 = std::min(shape.width, 2 * x + 3 - across.before);
    const float share = 1.0F / static_cast<float>((y1 - y0) * (x1 - x0));
    for (size_t y = y0; y < y1; ++y)
      for (size_t in = x0; in < x1; ++in)
        AddScaled(pooled, share, pixel, gradient + (y * shape.width + in) * pixel);
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_POOLING_GRADIENT_INL_H_
