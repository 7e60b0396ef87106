// How an inverted bottleneck goes through a clip. Compiled once for each instruction set: see
// bottleneck.cc.
#if defined(MOVINET_KERNELS_BOTTLENECK_PLAN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_BOTTLENECK_PLAN_INL_H_
#undef MOVINET_KERNELS_BOTTLENECK_PLAN_INL_H_
#else
#define MOVINET_KERNELS_BOTTLENECK_PLAN_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/bottleneck.h"
#include "kernels/clip_shape.h"
#include "kernels/scratch.h"
#include "kernels/simd/panels-inl.h"
#include "kernels/simd/stream_frames-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Pixels that a matrix product should have at least, so that its last tile costs little.
constexpr size_t kGoodPixels = 64;
/// How much of expanded rows is kept at a time: a part of a core's second cache, which has weights,
/// inputs and results to hold too.
constexpr size_t kRingBytes = 192 * 1024;

/// One run's sizes.
struct BottleneckPlan {
  ClipShape in;
  ClipShape out;
  SamePadding down;
  SamePadding across;
  size_t blocks;
  /// Output rows that are computed together.
  size_t group;
  /// Input rows that are kept expanded.
  size_t slots;
  /// Columns of a row, with zeros at both sides.
  size_t columns;
  /// Frames of an expanded pixel, and how many zeros come first.
  size_t frames;
  size_t frames_before;
  /// Floats of one vector's row.
  size_t row_floats;
  /// Parts that a clip is divided into, each some rows.
  size_t parts;
  /// Vectors of channels whose rows are kept at a time, at least a panel's.
  size_t ring_vectors;
  /// All channels of a row are there at once, and nothing needs the whole clip: rows are projected
  /// as they come.
  bool by_rows;

  BottleneckPlan(const BottleneckSpec& spec, const ClipShape& input, size_t batch, size_t threads)
      : in(input),
        out(spec.OutputShape(input)),
        down(input.height, spec.kernel_size, spec.stride),
        across(input.width, spec.kernel_size, spec.stride),
        blocks((spec.expanded + kLanes - 1) / kLanes),
        group(std::min(out.height, (kGoodPixels + out.row_pixels() - 1) / out.row_pixels())),
        slots(spec.kernel_size + (group - 1) * spec.stride),
        columns(
            std::max(across.before + in.width, (out.width - 1) * spec.stride + spec.kernel_size)),
        frames(in.frames + FramesAround(spec)),
        frames_before(spec.causal ? FramesAround(spec) : FramesAround(spec) / 2),
        row_floats(columns * frames * kLanes),
        parts(threads <= 1 || batch % threads == 0 || batch >= 4 * threads
                  ? 1
                  : std::min(threads, (out.height + group - 1) / group)),
        ring_vectors(std::min(
            blocks, std::max(kMaxVectors, kRingBytes / (slots * row_floats * sizeof(float))))),
        by_rows(ring_vectors == blocks && spec.squeeze == Squeeze::kNone) {}

  /// Frames that an expanded pixel has more than the clip.
  static size_t FramesAround(const BottleneckSpec& spec) {
    return spec.split ? 0 : spec.kernel_frames - 1;
  }

  /// Of the depthwise convolutions' results that are kept at a time.
  size_t FeatureFloats() const {
    return (by_rows ? group : out.height) * out.row_pixels() * blocks * kLanes;
  }
  size_t Groups() const { return (out.height + group - 1) / group; }
  /// Of one group of rows.
  size_t SumFloats() const { return blocks * out.frames * kLanes; }
};

/// Of one run of the kernel, one clip of it.
struct ClipRun {
  const BottleneckPlan* plan;
  const float* input;
  float* output;
  /// The depthwise convolutions' results: for each group of rows that is kept [block][pixels of the
  /// group][kLanes].
  float* feature;
  /// Of what the way around is added to.
  float scale;
  StreamFrames stream;

  /// Where the results of the group of rows from `y` on are kept.
  float* FeatureOf(size_t y) const {
    return feature + (plan->by_rows ? 0 : y * plan->out.row_pixels() * plan->blocks * kLanes);
  }
};

/// Where each pixel of the ring's rows lies behind its slots' begin, [slot][width][frames].
inline const uint32_t* RingOffsets(const BottleneckPlan& plan, Scratch& scratch) {
  auto* offsets = scratch.Get<uint32_t>(Scratch::kOffsets, plan.slots * plan.in.row_pixels());
  uint32_t* at = offsets;
  for (size_t slot = 0; slot < plan.slots; ++slot) {
    for (size_t x = 0; x < plan.in.width; ++x) {
      for (size_t t = 0; t < plan.in.frames; ++t) {
        const size_t pixel = (plan.across.before + x) * plan.frames + plan.frames_before + t;
        *at++ = static_cast<uint32_t>(slot * plan.row_floats + pixel * kLanes);
      }
    }
  }
  return offsets;
}

/// Zeros wherever the kernel reaches past the clip: nothing else is ever written there.
inline void ZeroAround(const BottleneckPlan& plan, float* ring) {
  const size_t pixel = plan.frames * kLanes;
  const size_t behind = plan.frames - plan.frames_before - plan.in.frames;
  for (size_t row = 0; row < plan.ring_vectors * plan.slots; ++row) {
    float* at = ring + row * plan.row_floats;
    std::fill_n(at, plan.across.before * pixel, 0.0f);
    const size_t right = plan.across.before + plan.in.width;
    std::fill_n(at + right * pixel, (plan.columns - right) * pixel, 0.0f);
    if (plan.frames == plan.in.frames) continue;
    for (size_t x = plan.across.before; x < right; ++x) {
      std::fill_n(at + x * pixel, plan.frames_before * kLanes, 0.0f);
      std::fill_n(at + (x + 1) * pixel - behind * kLanes, behind * kLanes, 0.0f);
    }
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_BOTTLENECK_PLAN_INL_H_
