// A stem with few output channels on vectors of pixels. Compiled once for each instruction set: see
// stem.cc.
#if defined(MOVINET_KERNELS_STEM_PLANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_STEM_PLANES_INL_H_
#undef MOVINET_KERNELS_STEM_PLANES_INL_H_
#else
#define MOVINET_KERNELS_STEM_PLANES_INL_H_
#endif

#include <hwy/highway.h>

// Single floats are no vectors, and have no halves either.
#if HWY_TARGET != HWY_SCALAR

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/clip_shape.h"
#include "kernels/packed.h"
#include "kernels/prefetch.h"
#include "kernels/scratch.h"
#include "kernels/simd/activations-inl.h"
#include "kernels/simd/panels-inl.h"
#include "kernels/stem.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows of a stem whose outputs fill but half a vector, which would multiply half as much at a
/// time: vectors hold pixels instead, of input rows taken apart into planes, and each output
/// channel has its own.
template <Activation kActivation>
class StemPlanes {
 public:
  static bool Fits(const StemSpec& spec) {
    return kHasHalf && spec.outputs == kChannelStep && spec.inputs == kColors && spec.stride == 2;
  }

  explicit StemPlanes(const StemSpec& spec)
      : size_(spec.kernel_size), weights_(AllocateFloats((Taps() + 1) * kChannelStep)) {
    std::copy(spec.weights.filter.begin(), spec.weights.filter.end(), weights_.get());
    std::copy(spec.weights.bias.begin(), spec.weights.bias.end(),
              weights_.get() + Taps() * kChannelStep);
  }

  /// Output rows `from` … `to` - 1 of a frame [height][width][3]; `pixel_stride` floats from pixel
  /// to pixel of `out`, `row_stride` from row to row. The rows that are needed after
  /// these lie `ahead` floats behind them.
  void Rows(const ClipShape& in, const float* frame, ptrdiff_t ahead, size_t from, size_t to,
            float* out, size_t pixel_stride, size_t row_stride) const {
    const SamePadding down(in.height, size_, 2);
    const Line line(in, size_);
    // As many rows as the kernel sees, each where its number says, and one that is all zeros.
    float* planes = Scratch::OfThread().Get<float>(Scratch::kRing, (size_ + 1) * line.floats());
    float* zeros = planes + size_ * line.floats();
    std::fill_n(zeros, line.floats(), 0.0f);
    size_t next = from * 2 > down.before ? from * 2 - down.before : 0;
    for (size_t y = from; y < to; ++y) {
      const size_t end = std::min(in.height, y * 2 + size_ - down.before);
      for (; next < end; ++next) {
        const float* row = frame + next * in.width * kColors;
        PrefetchFloats(row + ahead, in.width * kColors);
        line.TakeApart(row, planes + next % size_ * line.floats());
      }
      const float* rows[kMostRows];
      for (size_t k = 0; k < size_; ++k) {
        const size_t row = y * 2 + k;
        const bool inside = row >= down.before && row - down.before < in.height;
        rows[k] = inside ? planes + (row - down.before) % size_ * line.floats() : zeros;
      }
      Row(line, rows, out + (y - from) * row_stride, pixel_stride);
    }
  }

 private:
  static constexpr size_t kColors = 3;
  static constexpr size_t kMostRows = 7;

  /// A row as six planes: the colours of its even columns, and those of its odd ones, counted from
  /// where the first output's kernel begins.
  struct Line {
    size_t before;
    size_t inputs;
    size_t outputs;
    /// Of one plane.
    size_t plane;

    Line(const ClipShape& in, size_t size)
        : before(SamePadding(in.width, size, 2).before),
          inputs(in.width),
          outputs((in.width + 1) / 2),
          // The last vector's pixels may be past the row, and its kernels' columns past these.
          plane(hwy::RoundUpTo(outputs, 2 * kLanes) + hwy::RoundUpTo(size / 2 + 1, kLanes)) {}

    size_t floats() const { return 2 * kColors * plane; }

    void TakeApart(const float* row, float* planes) const {
      const Full d;
      const size_t padded = 2 * plane * kColors;
      float* line = Scratch::OfThread().Get<float>(Scratch::kLine, padded);
      std::fill_n(line, before * kColors, 0.0f);
      std::copy_n(row, inputs * kColors, line + before * kColors);
      std::fill(line + (before + inputs) * kColors, line + padded, 0.0f);
      for (size_t x = 0; x < plane; x += kLanes) {
        hn::Vec<Full> low[kColors];
        hn::Vec<Full> high[kColors];
        hn::LoadInterleaved3(d, line + 2 * x * kColors, low[0], low[1], low[2]);
        hn::LoadInterleaved3(d, line + (2 * x + kLanes) * kColors, high[0], high[1], high[2]);
#pragma GCC unroll 3
        for (size_t c = 0; c < kColors; ++c) {
          hn::Store(hn::ConcatEven(d, high[c], low[c]), d, planes + c * plane + x);
          hn::Store(hn::ConcatOdd(d, high[c], low[c]), d, planes + (kColors + c) * plane + x);
        }
      }
    }
  };

  size_t Taps() const { return size_ * size_ * kColors; }

  void Row(const Line& line, const float* const* rows, float* out, size_t pixel_stride) const {
    for (size_t x = 0; x < line.outputs; x += 2 * kLanes) {
      if (x + kLanes < line.outputs) {
        Pixels<2>(line, rows, x, out, pixel_stride);
      } else {
        Pixels<1>(line, rows, x, out, pixel_stride);
      }
    }
  }

  /// kVectors vectors of pixels.
  template <size_t kVectors>
  HWY_NOINLINE void Pixels(const Line& line, const float* const* rows, size_t x, float* out,
                           size_t pixel_stride) const {
    const Full d;
    const float* HWY_RESTRICT weights = weights_.get();
    hn::Vec<Full> sums[kVectors][kChannelStep];
#pragma GCC unroll 8
    for (size_t c = 0; c < kChannelStep; ++c) {
      sums[0][c] = hn::Set(d, weights[Taps() * kChannelStep + c]);
      if constexpr (kVectors > 1) sums[1][c] = sums[0][c];
    }
    for (size_t r = 0; r < size_; ++r) {
      for (size_t k = 0; k < size_; ++k) {
        const float* HWY_RESTRICT in = rows[r] + k % 2 * kColors * line.plane + k / 2 + x;
#pragma GCC unroll 3
        for (size_t color = 0; color < kColors; ++color, weights += kChannelStep) {
          hn::Vec<Full> values[kVectors];
#pragma GCC unroll 2
          for (size_t v = 0; v < kVectors; ++v)
            values[v] = hn::LoadU(d, in + color * line.plane + v * kLanes);
#pragma GCC unroll 8
          for (size_t c = 0; c < kChannelStep; ++c) {
            const auto w = hn::Set(d, weights[c]);
#pragma GCC unroll 2
            for (size_t v = 0; v < kVectors; ++v) sums[v][c] = hn::MulAdd(values[v], w, sums[v][c]);
          }
        }
      }
    }
#pragma GCC unroll 2
    for (size_t v = 0; v < kVectors; ++v) {
#pragma GCC unroll 8
      for (size_t c = 0; c < kChannelStep; ++c) sums[v][c] = Activate<kActivation>(d, sums[v][c]);
      const size_t first = x + v * kLanes;
      StorePixels(sums[v], std::min(kLanes, line.outputs - first), out + first * pixel_stride,
                  pixel_stride);
    }
  }

  /// Vectors of channels → pixels, four channels at a time: a block of 128 bits.
  static HWY_INLINE void StorePixels(const hn::Vec<Full> (&channels)[kChannelStep], size_t pixels,
                                     float* out, size_t pixel_stride) {
    const Full d;
    const hn::Repartition<uint64_t, Full> pairs;
    const hn::CappedTag<float, 4> four;
    constexpr size_t kBlock = HWY_MIN(kLanes, size_t{4});
    HWY_ALIGN float blocks[kChannelStep * kLanes];
#pragma GCC unroll 2
    for (size_t c = 0; c < kChannelStep; c += 4) {
      const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, channels[c], channels[c + 1]));
      const auto low23 =
          hn::BitCast(pairs, hn::InterleaveLower(d, channels[c + 2], channels[c + 3]));
      const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, channels[c], channels[c + 1]));
      const auto high23 =
          hn::BitCast(pairs, hn::InterleaveUpper(d, channels[c + 2], channels[c + 3]));
      float* to = blocks + c * kLanes;
      hn::Store(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, to);
      hn::Store(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, to + kLanes);
      hn::Store(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, to + 2 * kLanes);
      hn::Store(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, to + 3 * kLanes);
    }
    for (size_t p = 0; p < pixels; ++p) {
      // Where the frames behind this one go.
      PrefetchFloats(out + p * pixel_stride + kCacheLineFloats, 1);
      const float* from = blocks + p % kBlock * kLanes + p / kBlock * kBlock;
#pragma GCC unroll 2
      for (size_t c = 0; c < kChannelStep; c += 4)
        hn::StoreU(hn::Load(four, from + c * kLanes), four, out + p * pixel_stride + c);
    }
  }

  size_t size_;
  AlignedFloats weights_;
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // HWY_TARGET != HWY_SCALAR

#endif  // MOVINET_KERNELS_STEM_PLANES_INL_H_
