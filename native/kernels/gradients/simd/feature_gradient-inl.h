// Gradients of a bottleneck's expansion and depthwise convolutions, row by row. Compiled once for
// each instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_FEATURE_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_FEATURE_GRADIENT_INL_H_
#undef MOVINET_KERNELS_FEATURE_GRADIENT_INL_H_
#else
#define MOVINET_KERNELS_FEATURE_GRADIENT_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/gradients/simd/depthwise_filter-inl.h"
#include "kernels/gradients/simd/feature_rows-inl.h"
#include "kernels/gradients/simd/filter_sums-inl.h"
#include "kernels/gradients/simd/pooling_gradient-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Gradients of these weights, of whole vectors of channels, added to.
struct FeatureSums {
  /// [inputs][expanded].
  float* expansion;
  float* expansion_bias;
  /// As TapShape has them.
  float* depthwise;
  float* temporal;
};

/// One panel of one clip. In the thread's scratch memory: there is one at a time.
class FeatureGradient {
 public:
  /// `input_gradient`: of the clip's shape, added to; nullptr where nobody needs it.
  FeatureGradient(const FeatureWeights& weights, const GradientPlan& plan, const FeatureRows& rows,
                  size_t panel_index, const float* input, const FeatureSums& sums,
                  float* input_gradient)
      : weights_(weights),
        plan_(plan),
        rows_(rows),
        panel_(rows.panel()),
        panel_index_(panel_index),
        input_(input),
        sums_(sums),
        input_gradient_(input_gradient) {
    Scratch& scratch = Scratch::OfThread();
    const size_t v = panel_.vectors;
    ring_ = scratch.Get<float>(Scratch::kGradientRing, v * plan.slots * plan.row_floats);
    // Also where a kernel reaches past the clip: nothing else is ever written there.
    std::fill_n(ring_, v * plan.slots * plan.row_floats, 0.0F);
    expanded_ = scratch.Get<float>(Scratch::kExpandedGradient, v * plan.in_row());
    row_ = scratch.Get<float>(Scratch::kRow, plan.there.in.row_pixels() * plan.there.in.channels);
    if (!weights.HasTemporal()) return;
    const size_t line_floats = plan.there.out.width * plan.line_frames * kLanes;
    line_ = scratch.Get<float>(Scratch::kLineGradient, line_floats);
    std::fill_n(line_, line_floats, 0.0F);
  }

  /// Row `y`, behind rows.Advance(y): `gradient` of the features before their activation,
  /// [vector][out pixels][kLanes].
  void Add(size_t y, const float* gradient) {
    for (size_t v = 0; v < panel_.vectors; ++v) {
      float* slot = ring_ + (v * plan_.slots + y % plan_.slots) * plan_.row_floats;
      // Of the frames that the clip has.
      float* to = slot + (plan_.columns_before * plan_.frames + plan_.frames_before) * kLanes;
      const float* of_features = gradient + v * plan_.out_row();
      if (weights_.HasTemporal()) {
        // Without frames around the clip's a row is dense.
        ThroughTime(v, of_features, to);
        AddWeights(v, y, to, to);
      } else {
        CopyRow(of_features, to);
        AddWeights(v, y, of_features, to);
      }
    }
    const bool last = y + 1 == plan_.there.out.height;
    const size_t end = (y + 1) * plan_.stride;
    const size_t done = end > plan_.there.down.before ? end - plan_.there.down.before : 0;
    const size_t height = plan_.there.in.height;
    for (const size_t to = last ? height : std::min(height, done); next_ < to; ++next_)
      Finish(next_);
  }

 private:
  float* BlockOf(float* sums, const TapShape& taps, size_t v) const {
    return sums + (panel_.block + v) * (taps.count() + 1) * kLanes;
  }

  /// [width][frames][kLanes] into a row of the ring.
  void CopyRow(const float* from, float* to) const {
    const size_t column = plan_.there.out.frames * kLanes;
    for (size_t x = 0; x < plan_.there.out.width; ++x)
      std::copy_n(from + x * column, column, to + x * plan_.frames * kLanes);
  }

  /// The temporal convolution: its weights, and into a row of the ring what its inputs get.
  void ThroughTime(size_t v, const float* gradient, float* to) {
    const TapShape& time = weights_.time;
    const size_t width = plan_.there.out.width;
    const size_t frames = plan_.there.out.frames;
    float* sums = BlockOf(sums_.temporal, time, v);
    AddBiasSums(width * frames, {gradient, kLanes, 0}, 1, sums + time.count() * kLanes);
    AddDepthwiseFilter(
        1, time.frames,
        {{rows_.Line(v)}, 1, 1, plan_.line_frames, gradient, frames, width, frames, sums});
    const size_t behind = plan_.line_frames - frames - plan_.line_before;
    for (size_t x = 0; x < width; ++x)
      std::copy_n(gradient + x * frames * kLanes, frames * kLanes,
                  line_ + (x * plan_.line_frames + behind) * kLanes);
    DepthwiseRow row{};
    row.rows[0] = line_;
    row.row_count = 1;
    row.weights = weights_.temporal_back.Of(panel_.block + v, 0, 0);
    row.bias = weights_.temporal_back.NoBias();
    row.columns = 1;
    row.stride = 1;
    row.input_frames = plan_.line_frames;
    row.out = to;
    row.output_frames = plan_.frames;
    row.width = width;
    row.frames = frames;
    Depthwise<Full, Activation::kNone>(Full(), time.frames, row);
    MultiplyAll(to, rows_.LineSlopes(v), width * frames * kLanes);
  }

  /// The depthwise convolution over space: its weights. `dense`: `gradient` without frames around
  /// the clip's.
  void AddWeights(size_t v, size_t y, const float* dense, const float* gradient) const {
    const TapShape& taps = weights_.space;
    const BottleneckPlan& there = plan_.there;
    float* sums = BlockOf(sums_.depthwise, taps, v);
    AddBiasSums(there.out.row_pixels(), {dense, kLanes, 0}, 1, sums + taps.count() * kLanes);
    const SeenRows seen(there, y, taps.size, plan_.stride);
    DepthwiseFilterRow row{};
    row.row_count = seen.count;
    for (size_t r = 0; r < seen.count; ++r) row.rows[r] = rows_.Expanded(v, seen.first + r);
    row.stride = plan_.stride;
    row.input_frames = there.frames;
    row.gradient = gradient;
    row.gradient_frames = plan_.frames;
    row.width = there.out.width;
    row.frames = there.out.frames;
    row.sums = sums + seen.left_out * taps.size * taps.frames * kLanes;
    AddDepthwiseFilter(taps.size, taps.frames, row);
  }

  /// An input row that no later row of the features sees.
  void Finish(size_t row) {
    const size_t pixels = plan_.there.in.row_pixels();
    for (size_t v = 0; v < panel_.vectors; ++v) {
      float* to = expanded_ + v * plan_.in_row();
      ThroughSpace(v, row, to);
      MultiplyAll(to, rows_.ExpandedSlopes(v, row), plan_.in_row());
    }
    const PixelVectors vectors{expanded_, kLanes, plan_.in_row()};
    const size_t first = panel_.block * kLanes;
    const size_t inputs = plan_.there.in.channels;
    AddBiasSums(pixels, vectors, panel_.vectors, sums_.expansion_bias + first);
    AddFilterSums(input_ + row * pixels * inputs, inputs, pixels, vectors, panel_.vectors,
                  {sums_.expansion + first, weights_.expansion.outputs()});
    if (input_gradient_ == nullptr) return;
    const PixelRuns in{expanded_, kLanes, panel_.columns(), kLanes, plan_.in_row()};
    Pointwise<Activation::kNone>(in, pixels, weights_.expansion_back[panel_index_], row_);
    AddScaled(row_, 1.0F, pixels * inputs, input_gradient_ + row * pixels * inputs);
  }

  /// What one row of one vector of the expansion gets through the convolution over space.
  void ThroughSpace(size_t v, size_t row, float* to) const {
    const BottleneckPlan& there = plan_.there;
    const TransposedTaps& taps = weights_.depthwise_back;
    const size_t stride = plan_.stride;
    const size_t row_phase = (row + there.down.before) % stride;
    // The last row of the features that sees this one, were there as many, and how many do.
    const size_t last = (row + there.down.before) / stride;
    const size_t rows = taps.Size(row_phase);
    DepthwiseRow of{};
    size_t left_out = 0;
    for (size_t r = 0; r < rows; ++r) {
      const size_t y = last + r + 1;
      if (y < rows)
        ++left_out;
      else if (y - rows < there.out.height)
        of.rows[of.row_count++] =
            ring_ + (v * plan_.slots + (y - rows) % plan_.slots) * plan_.row_floats;
    }
    of.bias = taps.NoBias();
    of.stride = 1;
    of.input_frames = plan_.frames;
    of.output_frames = stride * there.in.frames;
    of.frames = there.in.frames;
    const float* rows_of_gradients[kMaxKernel];
    std::copy_n(of.rows, kMaxKernel, rows_of_gradients);
    for (size_t x = 0; x < std::min(stride, there.in.width); ++x) {
      const size_t phase = (x + there.across.before) % stride;
      const size_t first = (x + there.across.before) / stride;
      of.columns = taps.Size(phase);
      of.weights = taps.Of(panel_.block + v, row_phase, phase) +
                   left_out * of.columns * taps.frames() * kLanes;
      // The first column that the first of these inputs sees.
      const size_t column = plan_.columns_before + first + 1 - of.columns;
      for (size_t r = 0; r < of.row_count; ++r)
        of.rows[r] = rows_of_gradients[r] + column * plan_.frames * kLanes;
      of.width = (there.in.width - x + stride - 1) / stride;
      of.out = to + x * there.in.frames * kLanes;
      Depthwise<Full, Activation::kNone>(Full(), taps.frames(), of);
    }
  }

  const FeatureWeights& weights_;
  const GradientPlan& plan_;
  const FeatureRows& rows_;
  const Panel& panel_;
  size_t panel_index_;
  const float* input_;
  FeatureSums sums_;
  float* input_gradient_;
  /// The next input row to finish.
  size_t next_ = 0;
  /// Rows of gradients behind the convolution over space, [vector][slot][column][frame][kLanes].
  float* ring_;
  /// [vector][in pixels][kLanes].
  float* expanded_;
  /// [in pixels][inputs].
  float* row_;
  float* line_ = nullptr;
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_FEATURE_GRADIENT_INL_H_
