// The features of a bottleneck once more, row by row, with the derivatives of all activations.
// Compiled once for each instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_FEATURE_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_FEATURE_ROWS_INL_H_
#undef MOVINET_KERNELS_FEATURE_ROWS_INL_H_
#else
#define MOVINET_KERNELS_FEATURE_ROWS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/gradients/simd/gradient_plan-inl.h"
#include "kernels/gradients/simd/slopes-inl.h"
#include "kernels/scratch.h"
#include "kernels/simd/depthwise-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// One panel of one clip. In the thread's scratch memory: there is one at a time.
class FeatureRows {
 public:
  FeatureRows(const FeatureWeights& weights, const GradientPlan& plan, const Panel& panel,
              const float* input)
      : weights_(weights), plan_(plan), panel_(panel), input_(input) {
    Scratch& scratch = Scratch::OfThread();
    const size_t v = panel.vectors;
    offsets_ = RingOffsets(plan.there, scratch);
    ring_ =
        scratch.Get<float>(Scratch::kRing, kMaxVectors * plan.there.slots * plan.there.row_floats);
    ZeroAround(plan.there, ring_);
    slopes_ = scratch.Get<float>(Scratch::kSlopes, v * plan.there.slots * plan.in_row());
    feature_ = scratch.Get<float>(Scratch::kFeature, v * plan.out_row());
    feature_slopes_ = scratch.Get<float>(Scratch::kFeatureSlopes, v * plan.out_row());
    if (!weights.HasTemporal()) return;
    line_ = scratch.Get<float>(Scratch::kLine, v * LineFloats());
    line_slopes_ = scratch.Get<float>(Scratch::kLineSlopes, v * plan.out_row());
    std::fill_n(line_, v * LineFloats(), 0.0F);
  }

  /// Row `y` of the features; the rows come in their order.
  void Advance(size_t y) {
    const SeenRows seen(plan_.there, y, weights_.space.size, plan_.stride);
    for (; next_ < seen.first + seen.count; ++next_) Expand(next_);
    for (size_t v = 0; v < panel_.vectors; ++v) Convolve(v, seen);
  }

  const Panel& panel() const { return panel_; }
  /// [out pixels][kLanes] of one vector, and the derivatives of their activations.
  float* Feature(size_t v) const { return feature_ + v * plan_.out_row(); }
  const float* FeatureSlopes(size_t v) const { return feature_slopes_ + v * plan_.out_row(); }
  /// What the temporal convolution reads, [width][line_frames][kLanes], and the derivatives
  /// [width][frames][kLanes].
  const float* Line(size_t v) const { return line_ + v * LineFloats(); }
  const float* LineSlopes(size_t v) const { return line_slopes_ + v * plan_.out_row(); }
  /// A row of the expansion as the depthwise convolution reads it, and the derivatives
  /// [in pixels][kLanes].
  const float* Expanded(size_t v, size_t row) const {
    return ring_ + (v * plan_.there.slots + row % plan_.there.slots) * plan_.there.row_floats;
  }
  const float* ExpandedSlopes(size_t v, size_t row) const {
    return slopes_ + (v * plan_.there.slots + row % plan_.there.slots) * plan_.in_row();
  }

 private:
  size_t LineFloats() const { return plan_.there.out.width * plan_.line_frames * kLanes; }

  void Expand(size_t row) {
    const BottleneckPlan& there = plan_.there;
    const size_t pixels = there.in.row_pixels();
    const size_t slot = row % there.slots;
    const size_t inputs = there.in.channels;
    const PixelOutput out{ring_, 0, there.slots * there.row_floats, offsets_ + slot * pixels,
                          nullptr};
    Pointwise<Activation::kNone>(DensePixels(input_ + row * pixels * inputs, inputs), pixels,
                                 weights_.expansion, panel_, out);
    const size_t column = there.in.frames * kLanes;
    for (size_t v = 0; v < panel_.vectors; ++v) {
      float* values = ring_ + (v * there.slots + slot) * there.row_floats;
      float* slopes = slopes_ + (v * there.slots + slot) * plan_.in_row();
      if (there.frames == there.in.frames) {
        ActivateWithSlopes(plan_.activation, values + there.across.before * column, plan_.in_row(),
                           slopes);
        continue;
      }
      for (size_t x = 0; x < there.in.width; ++x) {
        const size_t pixel = (there.across.before + x) * there.frames + there.frames_before;
        ActivateWithSlopes(plan_.activation, values + pixel * kLanes, column, slopes + x * column);
      }
    }
  }

  void Convolve(size_t v, const SeenRows& seen) {
    const Full d;
    const BottleneckPlan& there = plan_.there;
    const TapShape& taps = weights_.space;
    const size_t block = panel_.block + v;
    DepthwiseRow row;
    row.row_count = seen.count;
    for (size_t r = 0; r < seen.count; ++r) row.rows[r] = Expanded(v, seen.first + r);
    const float* weights = weights_.depthwise.get() + block * (taps.count() + 1) * kLanes;
    row.weights = weights + seen.left_out * taps.size * taps.frames * kLanes;
    row.bias = weights + taps.count() * kLanes;
    row.columns = taps.size;
    row.stride = plan_.stride;
    row.input_frames = there.frames;
    row.width = there.out.width;
    row.frames = there.out.frames;
    row.output_frames = there.out.frames;
    row.out = Feature(v);
    row.sums = nullptr;
    float* slopes = feature_slopes_ + v * plan_.out_row();
    if (!weights_.HasTemporal()) {
      Depthwise<Full, Activation::kNone>(d, taps.frames, row);
      ActivateWithSlopes(plan_.activation, Feature(v), plan_.out_row(), slopes);
      return;
    }
    float* line = line_ + v * LineFloats();
    row.out = line + plan_.line_before * kLanes;
    row.output_frames = plan_.line_frames;
    Depthwise<Full, Activation::kNone>(d, taps.frames, row);
    const size_t column = there.out.frames * kLanes;
    for (size_t x = 0; x < there.out.width; ++x) {
      ActivateWithSlopes(plan_.activation,
                         line + (x * plan_.line_frames + plan_.line_before) * kLanes, column,
                         line_slopes_ + v * plan_.out_row() + x * column);
    }
    const TapShape& time = weights_.time;
    DepthwiseRow over_time = row;
    over_time.row_count = 1;
    over_time.rows[0] = line;
    over_time.weights = weights_.temporal.get() + block * (time.count() + 1) * kLanes;
    over_time.bias = over_time.weights + time.count() * kLanes;
    over_time.columns = 1;
    over_time.stride = 1;
    over_time.input_frames = plan_.line_frames;
    over_time.output_frames = there.out.frames;
    over_time.out = Feature(v);
    Depthwise<Full, Activation::kNone>(d, time.frames, over_time);
    ActivateWithSlopes(plan_.activation, Feature(v), plan_.out_row(), slopes);
  }

  const FeatureWeights& weights_;
  const GradientPlan& plan_;
  const Panel& panel_;
  const float* input_;
  /// The next row to expand.
  size_t next_ = 0;
  const uint32_t* offsets_;
  float* ring_;
  float* slopes_;
  float* feature_;
  float* feature_slopes_;
  float* line_ = nullptr;
  float* line_slopes_ = nullptr;
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_FEATURE_ROWS_INL_H_
