// How the gradients of an inverted bottleneck go through a clip. Compiled once for each instruction
// set: see simd/targets.h.
#if defined(MOVINET_KERNELS_GRADIENT_PLAN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_GRADIENT_PLAN_INL_H_
#undef MOVINET_KERNELS_GRADIENT_PLAN_INL_H_
#else
#define MOVINET_KERNELS_GRADIENT_PLAN_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <vector>

#include "kernels/bottleneck.h"
#include "kernels/gradients/padded_spec.h"
#include "kernels/gradients/simd/transposed_panels-inl.h"
#include "kernels/gradients/simd/transposed_taps-inl.h"
#include "kernels/packed.h"
#include "kernels/simd/bottleneck_plan-inl.h"
#include "kernels/simd/pointwise-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The weights of a bottleneck's expansion, depthwise convolutions and projection, for the way
/// there and back. Of a spec whose channels are whole vectors.
struct FeatureWeights {
  TapShape space;
  TapShape time;
  PackedWeights expansion;
  AlignedFloats depthwise;
  AlignedFloats temporal;
  TransposedTaps depthwise_back;
  TransposedTaps temporal_back;
  /// [outputs, expanded].
  PackedWeights projection_back;
  /// Panel by panel of the expansion's, [columns of the panel, inputs].
  std::vector<PackedWeights> expansion_back;

  explicit FeatureWeights(const BottleneckSpec& spec)
      : space{spec.split ? 1 : spec.kernel_frames, spec.kernel_size, spec.expanded},
        time{spec.split ? spec.kernel_frames : 1, 1, spec.expanded},
        expansion(spec.expansion, spec.inputs, spec.expanded),
        depthwise(PackTaps(spec.depthwise, space)),
        depthwise_back(spec.depthwise, space, spec.stride),
        projection_back(Transposed(spec.projection, spec.expanded, spec.outputs), spec.outputs,
                        spec.expanded),
        expansion_back(TransposedPanels(spec.expansion, spec.inputs, expansion)) {
    if (HasTemporal()) {
      temporal = PackTaps(spec.temporal, time);
      temporal_back = TransposedTaps(spec.temporal, time, 1);
    }
  }

  bool HasTemporal() const { return time.frames > 1; }
};

/// One run's sizes: as BottleneckPlan, its rows one at a time, and those of the way back.
struct GradientPlan {
  BottleneckPlan there;
  Activation activation;
  size_t stride;
  /// Frames of the temporal convolution's input, and how many zeros come first; of the clip alone
  /// without one.
  size_t line_frames;
  size_t line_before;
  /// Rows of gradients behind the depthwise convolution over space that its inputs see.
  size_t slots;
  /// Zeros in front of a row of them, and all columns.
  size_t columns_before;
  size_t columns;
  /// Frames of a pixel, and how many zeros come first.
  size_t frames;
  size_t frames_before;
  size_t row_floats;

  GradientPlan(const BottleneckSpec& spec, const ClipShape& input)
      : there(spec, input, 1, 1),
        activation(spec.activation),
        stride(spec.stride),
        line_frames(there.out.frames + (spec.split ? spec.kernel_frames - 1 : 0)),
        line_before((line_frames - there.out.frames) / (spec.causal ? 1 : 2)),
        slots((spec.kernel_size + spec.stride - 1) / spec.stride),
        columns_before(slots - 1),
        columns(columns_before + there.out.width + slots),
        frames(there.frames),
        frames_before(there.frames - there.in.frames - there.frames_before),
        row_floats(columns * frames * kLanes) {
    there.group = 1;
    there.slots = spec.kernel_size;
    there.ring_vectors = kMaxVectors;
  }

  size_t in_row() const { return there.in.row_pixels() * kLanes; }
  size_t out_row() const { return there.out.row_pixels() * kLanes; }
};

/// The rows of a depthwise convolution over space that one row of its outputs sees.
struct SeenRows {
  size_t first;
  size_t count;
  /// Of the kernel, in front of these.
  size_t left_out;

  SeenRows(const BottleneckPlan& plan, size_t y, size_t kernel_size, size_t stride) {
    const size_t top = y * stride;
    left_out = top < plan.down.before ? plan.down.before - top : 0;
    first = top + left_out - plan.down.before;
    count = std::min(plan.in.height - first, kernel_size - left_out);
  }
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_GRADIENT_PLAN_INL_H_
