// The expansion and the depthwise convolutions of an inverted bottleneck. Compiled once for each
// instruction set: see bottleneck.cc.
#if defined(MOVINET_KERNELS_BOTTLENECK_FEATURE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_BOTTLENECK_FEATURE_INL_H_
#undef MOVINET_KERNELS_BOTTLENECK_FEATURE_INL_H_
#else
#define MOVINET_KERNELS_BOTTLENECK_FEATURE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/bottleneck.h"
#include "kernels/packed.h"
#include "kernels/scratch.h"
#include "kernels/simd/bottleneck_plan-inl.h"
#include "kernels/simd/depthwise-inl.h"
#include "kernels/simd/pointwise-inl.h"
#include "kernels/simd/squeeze-inl.h"
#include "kernels/simd/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// From a clip's rows to what the projection reads, row by row: what is expanded is kept in a ring
/// of as many rows as the kernel sees.
template <Activation kActivation>
class BottleneckFeature {
 public:
  explicit BottleneckFeature(const BottleneckSpec& spec)
      : inputs_(spec.inputs),
        kernel_frames_(spec.kernel_frames),
        kernel_size_(spec.kernel_size),
        stride_(spec.stride),
        causal_(spec.causal),
        split_(spec.split),
        pairs_(GivesPairs(spec)),
        taps_(spec.kernel_size * spec.kernel_size * (spec.split ? 1 : spec.kernel_frames)),
        expansion_(spec.expansion, spec.inputs, spec.expanded, spec.products),
        depthwise_(PackTaps(spec.depthwise, {spec.split ? 1 : spec.kernel_frames, spec.kernel_size,
                                             spec.expanded})) {
    if (HasTemporal()) temporal_ = PackTaps(spec.temporal, {spec.kernel_frames, 1, spec.expanded});
  }

  /// Expansion and depthwise convolutions of output rows `from` … `to` - 1, and, where the
  /// squeeze-excitation needs them, the sums of the results over each group of rows, [group]
  /// [block][frame][kLanes]. Where rows are projected as they come, `after_group(row, rows)`
  /// follows each group.
  template <class AfterGroup>
  void Run(const ClipRun& run, size_t from, size_t to, float* sums,
           const AfterGroup& after_group) const {
    const BottleneckPlan& plan = *run.plan;
    Scratch& scratch = Scratch::OfThread();
    const uint32_t* offsets = RingOffsets(plan, scratch);
    float* ring =
        scratch.Get<float>(Scratch::kRing, plan.ring_vectors * plan.slots * plan.row_floats);
    ZeroAround(plan, ring);
    const std::vector<Panel>& panels = expansion_.panels();
    for (size_t first = 0; first < panels.size();) {
      size_t end = first;
      while (end < panels.size() &&
             panels[end].block + panels[end].vectors - panels[first].block <= plan.ring_vectors) {
        ++end;
      }
      size_t next = FirstRow(from, plan);
      for (size_t y = from; y < to; y += plan.group) {
        const size_t rows = std::min(plan.group, to - y);
        const size_t next_end =
            std::min(plan.in.height, (y + rows - 1) * stride_ + kernel_size_ - plan.down.before);
        const float* fresh = FreshRows(run, next, next_end);
        for (size_t p = first; p < end; ++p) {
          float* panel_ring =
              ring + (panels[p].block - panels[first].block) * plan.slots * plan.row_floats;
          if (run.stream) run.stream.Prefetch(y, rows, panels[p], plan.out.frames);
          ExpandRows(plan, fresh, next, next_end, panels[p], offsets, panel_ring);
          FeatureRows(run, y, rows, panels[p], panel_ring, sums, scratch);
        }
        next = std::max(next, next_end);
        if (plan.by_rows) after_group(y, rows);
      }
      first = end;
    }
  }

  /// Whether the results are pairs of bfloat16 at once, where nothing but the projection reads
  /// them.
  static bool GivesPairs(const BottleneckSpec& spec) {
    return spec.products == Products::kBfloat16 && spec.squeeze == Squeeze::kNone;
  }

 private:
  bool HasTemporal() const { return split_ && kernel_frames_ > 1; }

  /// The depthwise convolutions of some rows of one panel.
  void FeatureRows(const ClipRun& run, size_t y, size_t rows, const Panel& panel, const float* ring,
                   float* sums, Scratch& scratch) const {
    const BottleneckPlan& plan = *run.plan;
    const size_t row_floats = plan.out.row_pixels() * kLanes / (pairs_ ? 2 : 1);
    for (size_t v = 0; v < panel.vectors; ++v, ring += plan.slots * plan.row_floats) {
      const size_t block = panel.block + v;
      float* feature = run.FeatureOf(y) + block * rows * row_floats;
      float* block_sums = nullptr;
      if (sums != nullptr) {
        block_sums = sums + y / plan.group * plan.SumFloats() + block * plan.out.frames * kLanes;
        std::fill_n(block_sums, plan.out.frames * kLanes, 0.0f);
      }
      for (size_t r = 0; r < rows; ++r, feature += row_floats) {
        if (kHasHalf && panel.half && v + 1 == panel.vectors) {
          FeatureRow(Half(), run, y + r, block, ring, feature, block_sums, scratch);
        } else {
          FeatureRow(Full(), run, y + r, block, ring, feature, block_sums, scratch);
        }
      }
    }
  }

  size_t FirstRow(size_t y, const BottleneckPlan& plan) const {
    const size_t top = y * stride_;
    return top > plan.down.before ? top - plan.down.before : 0;
  }

  /// Cells of a pixel that the expansion reads.
  size_t InputCells() const { return inputs_ / CellValues(expansion_.products()); }

  /// Input rows `from` … `to` - 1 as the expansion reads them.
  const float* FreshRows(const ClipRun& run, size_t from, size_t to) const {
    const size_t row_floats = run.plan->in.row_pixels() * inputs_;
    return CellsOf(expansion_.products(), run.input + from * row_floats,
                   to > from ? (to - from) * row_floats : 0, Scratch::kInputPairs);
  }

  /// Expands `rows`, the input's from `from` to `to` - 1, into the ring's slots, as many at once as
  /// lie side by side there.
  void ExpandRows(const BottleneckPlan& plan, const float* rows, size_t from, size_t to,
                  const Panel& panel, const uint32_t* offsets, float* ring) const {
    while (from < to) {
      const size_t slot = from % plan.slots;
      const size_t count = std::min(to - from, plan.slots - slot);
      const size_t pixels = plan.in.row_pixels();
      const PixelRuns in = DensePixels(rows, InputCells());
      const PixelOutput out{ring, 0, plan.slots * plan.row_floats, offsets + slot * pixels,
                            nullptr};
      Pointwise<kActivation>(in, count * pixels, expansion_, panel, out);
      from += count;
      rows += count * pixels * InputCells();
    }
  }

  template <class D>
  void FeatureRow(D d, const ClipRun& run, size_t y, size_t block, const float* ring,
                  float* feature, float* sums, Scratch& scratch) const {
    const BottleneckPlan& plan = *run.plan;
    DepthwiseRow row;
    row.row_count = 0;
    const size_t frames = split_ ? 1 : kernel_frames_;
    const float* weights = depthwise_.get() + block * (taps_ + 1) * kLanes;
    size_t left_out = 0;
    for (size_t k = 0; k < kernel_size_; ++k) {
      const size_t input_row = y * stride_ + k;
      if (input_row < plan.down.before)
        ++left_out;
      else if (input_row - plan.down.before < plan.in.height) {
        row.rows[row.row_count++] =
            ring + (input_row - plan.down.before) % plan.slots * plan.row_floats;
      }
    }
    row.weights = weights + left_out * kernel_size_ * frames * kLanes;
    row.bias = weights + taps_ * kLanes;
    row.columns = kernel_size_;
    row.stride = stride_;
    row.input_frames = plan.frames;
    row.width = plan.out.width;
    row.frames = plan.out.frames;
    row.output_frames = plan.out.frames;
    row.out = feature;
    row.pairs = pairs_ && !HasTemporal();
    row.sums = sums;
    if (!HasTemporal()) return Depthwise<D, kActivation>(d, frames, row);
    const size_t before = kernel_frames_ - 1;
    const size_t line_frames = before + plan.out.frames;
    const size_t line_before = causal_ ? before : before / 2;
    float* line = scratch.Get<float>(Scratch::kLine, plan.out.width * line_frames * kLanes);
    FramesAround(d, run, y, block, line_frames, line_before, line);
    row.out = line + line_before * kLanes;
    row.output_frames = line_frames;
    row.sums = nullptr;
    Depthwise<D, kActivation>(d, 1, row);
    if (run.stream) run.stream.KeepRow(d, y, block, plan.out.frames, line_frames, line);
    const float* temporal = temporal_.get() + block * (kernel_frames_ + 1) * kLanes;
    DepthwiseRow over_time;
    over_time.rows[0] = line;
    over_time.row_count = 1;
    over_time.weights = temporal;
    over_time.bias = temporal + kernel_frames_ * kLanes;
    over_time.columns = 1;
    over_time.stride = 1;
    over_time.input_frames = line_frames;
    over_time.width = plan.out.width;
    over_time.frames = plan.out.frames;
    over_time.output_frames = plan.out.frames;
    over_time.out = feature;
    over_time.pairs = pairs_;
    over_time.sums = sums;
    Depthwise<D, kActivation>(d, kernel_frames_, over_time);
  }

  /// The frames that the temporal kernel reaches around the clip's: zeros, or those of the stream
  /// in front.
  template <class D>
  void FramesAround(D d, const ClipRun& run, size_t y, size_t block, size_t line_frames,
                    size_t line_before, float* line) const {
    if (run.stream) return run.stream.ReadRow(d, y, block, line_frames, line);
    const size_t behind = line_frames - line_before - run.plan->out.frames;
    const size_t pixel = line_frames * kLanes;
    for (size_t x = 0; x < run.plan->out.width; ++x, line += pixel) {
      std::fill_n(line, line_before * kLanes, 0.0f);
      std::fill_n(line + pixel - behind * kLanes, behind * kLanes, 0.0f);
    }
  }

  size_t inputs_;
  size_t kernel_frames_;
  size_t kernel_size_;
  size_t stride_;
  bool causal_;
  bool split_;
  bool pairs_;
  size_t taps_;
  PackedWeights expansion_;
  AlignedFloats depthwise_;
  AlignedFloats temporal_;
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_BOTTLENECK_FEATURE_INL_H_
