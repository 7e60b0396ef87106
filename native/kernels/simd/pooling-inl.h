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

/// The pixels of one mean.
struct PoolWindow {
  const float* first;
  size_t rows;
  size_t columns;
  /// Floats from row to row, and from pixel to pixel.
  size_t row;
  size_t pixel;
};

/// Means of floats `from` … `to` - 1 of a pixel, as many of them as are whole vectors; returns how
/// far that is.
template <class D>
HWY_INLINE size_t MeansOf(D d, const PoolWindow& window, size_t from, size_t to, float* out) {
  const size_t lanes = hn::Lanes(d);
  const auto share = hn::Set(d, 1.0f / static_cast<float>(window.rows * window.columns));
  for (; from + lanes <= to; from += lanes) {
    auto sum = hn::Zero(d);
    for (size_t y = 0; y < window.rows; ++y) {
      const float* at = window.first + y * window.row + from;
      for (size_t x = 0; x < window.columns; ++x, at += window.pixel)
        sum = hn::Add(sum, hn::LoadU(d, at));
    }
    hn::StoreU(hn::Mul(sum, share), d, out + from);
  }
  return from;
}

/// Rows `row` … of the 3 × 3 means with a stride of 2, frame by frame; pixels past the clip count
/// for nothing.
inline void MeanPool(const ClipShape& shape, const float* clip, size_t row, size_t rows,
                     float* out) {
  const hn::ScalableTag<float> d;
  // Channels come in multiples of its lanes.
  const hn::CappedTag<float, kChannelStep> step;
  const SamePadding down(shape.height, 3, 2);
  const SamePadding across(shape.width, 3, 2);
  const size_t pixel = shape.frames * shape.channels;
  const auto first = [](size_t at, const SamePadding& padding)
                         HWY_ATTR { return 2 * at > padding.before ? 2 * at - padding.before : 0; };
  for (size_t y = row; y < row + rows; ++y) {
    const size_t y0 = first(y, down);
    const size_t y_count = std::min(shape.height, 2 * y + 3 - down.before) - y0;
    for (size_t x = 0; x < across.outputs; ++x, out += pixel) {
      const size_t x0 = first(x, across);
      const size_t x_count = std::min(shape.width, 2 * x + 3 - across.before) - x0;
      const PoolWindow window{clip + (y0 * shape.width + x0) * pixel, y_count, x_count,
                              shape.width * pixel, pixel};
      MeansOf(step, window, MeansOf(d, window, 0, pixel, out), pixel, out);
    }
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_POOLING_INL_H_
