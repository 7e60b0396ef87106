// Means of neighbouring pixels. Compiled once for each instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_POOLING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_POOLING_INL_H_
#undef MOVINET_KERNELS_POOLING_INL_H_
#else
#define MOVINET_KERNELS_POOLING_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/clip_shape.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows `row` … of the 3 × 3 means with a stride of 2, frame by frame; pixels past the clip count
/// for nothing.
inline void MeanPool(const ClipShape& shape, const float* clip, size_t row, size_t rows,
                     float* out) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const SamePadding down(shape.height, 3, 2);
  const SamePadding across(shape.width, 3, 2);
  const size_t pixel = shape.frames * shape.channels;
  const auto first = [](size_t at, const SamePadding& padding)
                         HWY_ATTR { return 2 * at > padding.before ? 2 * at - padding.before : 0; };
  for (size_t y = row; y < row + rows; ++y) {
    const size_t y_end = std::min(shape.height, 2 * y + 3 - down.before);
    for (size_t x = 0; x < across.outputs; ++x, out += pixel) {
      const size_t x_end = std::min(shape.width, 2 * x + 3 - across.before);
      const size_t y0 = first(y, down);
      const size_t x0 = first(x, across);
      const auto share = hn::Set(d, 1.0f / static_cast<float>((y_end - y0) * (x_end - x0)));
      size_t i = 0;
      for (; i + lanes <= pixel; i += lanes) {
        auto sum = hn::Zero(d);
        for (size_t from_y = y0; from_y < y_end; ++from_y) {
          for (size_t from_x = x0; from_x < x_end; ++from_x) {
            sum = hn::Add(sum, hn::LoadU(d, clip + (from_y * shape.width + from_x) * pixel + i));
          }
        }
        hn::StoreU(hn::Mul(sum, share), d, out + i);
      }
      for (; i < pixel; ++i) {
        float sum = 0.0f;
        for (size_t from_y = y0; from_y < y_end; ++from_y) {
          for (size_t from_x = x0; from_x < x_end; ++from_x)
            sum += clip[(from_y * shape.width + from_x) * pixel + i];
        }
        out[i] = sum / static_cast<float>((y_end - y0) * (x_end - x0));
      }
    }
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_POOLING_INL_H_
