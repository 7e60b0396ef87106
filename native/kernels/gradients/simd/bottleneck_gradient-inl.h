// The gradients of an inverted bottleneck on vectors. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_BOTTLENECK_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_BOTTLENECK_GRADIENT_INL_H_
#undef MOVINET_KERNELS_BOTTLENECK_GRADIENT_INL_H_
#else
#define MOVINET_KERNELS_BOTTLENECK_GRADIENT_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <stdexcept>
#include <vector>

#include "kernels/gradients/bottleneck_gradient.h"
#include "kernels/gradients/clip_sums.h"
#include "kernels/gradients/padded_spec.h"
#include "kernels/gradients/simd/bottleneck_sums-inl.h"
#include "kernels/gradients/simd/feature_gradient-inl.h"
#include "kernels/gradients/simd/squeeze_gradient-inl.h"
#include "kernels/scratch.h"
#include "kernels/simd/pooling-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

class BottleneckGradientKernel : public BottleneckGradient {
 public:
  explicit BottleneckGradientKernel(const BottleneckSpec& spec)
      : spec_(spec),
        padded_(PadChannels(spec, kLanes)),
        weights_(padded_),
        sums_(padded_, weights_.space, weights_.time) {
    if (spec.squeeze != Squeeze::kNone) squeeze_ = SqueezeGradient(padded_);
    if (HasSkip())
      skip_back_ = PackedWeights(Transposed(spec.skip, spec.inputs, spec.outputs), spec.outputs,
                                 spec.inputs);
  }

  void Run(const ClipShape& shape, size_t batch, const BottleneckGradientOperands& operands,
           const BottleneckGradients& gradients, size_t threads) const override {
    RequireClip(shape, spec_.inputs);
    const GradientPlan plan(padded_, shape);
    if (plan.there.slots * plan.there.row_floats > std::numeric_limits<uint32_t>::max())
      throw std::invalid_argument("A clip's rows are too long");
    const std::vector<float> positions = PadPositions(operands.positions, shape.frames);
    const bool of_positions = !positions.empty() && gradients.positions != nullptr;
    const size_t count = sums_.Count(padded_, shape.frames, of_positions);
    const float* sums = SumOverClips(batch, count, threads, [&](size_t clip, float* own) HWY_ATTR {
      const ClipPass pass{
          plan,
          operands.input + clip * shape.size(),
          operands.output_gradient + clip * plan.there.out.size(),
          operands.scales == nullptr ? 1.0F : operands.scales[clip],
          positions.empty() ? nullptr : positions.data(),
          gradients.input == nullptr ? nullptr : gradients.input + clip * shape.size(),
          own,
          of_positions ? own + sums_.positions : nullptr};
      RunClip(pass);
    });
    sums_.Unpack(spec_, shape.frames, sums, gradients);
  }

 private:
  /// One clip of a run.
  struct ClipPass {
    const GradientPlan& plan;
    const float* input;
    const float* output_gradient;
    float scale;
    const float* positions;
    float* input_gradient;
    float* sums;
    /// Of the positions; nullptr where nobody needs them.
    float* position_sums;
  };

  bool HasSkip() const { return !spec_.skip.filter.empty(); }

  /// [frames][squeezed()] as the padded spec has them.
  std::vector<float> PadPositions(const float* positions, size_t frames) const {
    if (positions == nullptr) return {};
    const std::vector<float> rows(positions, positions + frames * spec_.squeezed());
    return PadMatrix(rows, spec_.expanded, frames * spec_.squeezed() / spec_.expanded,
                     padded_.expanded);
  }

  void RunClip(const ClipPass& pass) const {
    Around(pass);
    // What is dropped gives nothing and gets nothing.
    if (pass.scale == 0.0F) return;
    const GradientPlan& plan = pass.plan;
    const size_t pixels = plan.there.out.height * plan.there.out.row_pixels();
    const float* gradient = pass.output_gradient;
    if (pass.scale != 1.0F) {
      float* scaled =
          Scratch::OfThread().Get<float>(Scratch::kOutputGradient, pixels * spec_.outputs);
      std::transform(gradient, gradient + pixels * spec_.outputs, scaled,
                     [&](float value) { return value * pass.scale; });
      gradient = scaled;
    }
    float* bias = pass.sums + sums_.projection + spec_.outputs * padded_.expanded;
    for (size_t p = 0; p < pixels; ++p)
      AddScaled(gradient + p * spec_.outputs, 1.0F, spec_.outputs, bias);
    float* gates = nullptr;
    float* through_means = nullptr;
    if (spec_.squeeze != Squeeze::kNone) {
      const size_t floats = plan.there.out.frames * padded_.expanded;
      gates = Scratch::OfThread().Get<float>(Scratch::kGates, 2 * floats);
      through_means = gates + floats;
      Squeezed(pass, gradient, gates, through_means);
    }
    for (size_t i = 0; i < weights_.expansion.panels().size(); ++i)
      PanelGradient(pass, gradient, i, gates, through_means);
  }

  /// The way around: its weights, and the input gradient's first part.
  void Around(const ClipPass& pass) const {
    const BottleneckPlan& there = pass.plan.there;
    const size_t in_row = there.in.row_pixels() * spec_.inputs;
    const size_t pixels = there.out.row_pixels();
    if (!HasSkip()) {
      if (pass.input_gradient != nullptr)
        std::copy_n(pass.output_gradient, there.in.height * in_row, pass.input_gradient);
      return;
    }
    if (pass.input_gradient != nullptr)
      std::fill_n(pass.input_gradient, there.in.height * in_row, 0.0F);
    const size_t outputs = WholeVectors(spec_.outputs, kLanes);
    Scratch& scratch = Scratch::OfThread();
    float* whole = scratch.Get<float>(Scratch::kSkip, pixels * outputs);
    float* row = scratch.Get<float>(Scratch::kRow, pixels * spec_.inputs);
    std::fill_n(whole, pixels * outputs, 0.0F);
    float* sums = pass.sums + sums_.skip;
    for (size_t y = 0; y < there.out.height; ++y) {
      const float* gradient = pass.output_gradient + y * pixels * spec_.outputs;
      for (size_t p = 0; p < pixels; ++p)
        std::copy_n(gradient + p * spec_.outputs, spec_.outputs, whole + p * outputs);
      const float* around = pass.input + y * in_row;
      if (spec_.pool) {
        MeanPool(there.in, pass.input, y, 1, row);
        around = row;
      }
      AddLayerSums(around, spec_.inputs, pixels, whole, outputs, sums,
                   sums + spec_.inputs * outputs);
      if (pass.input_gradient == nullptr) continue;
      Pointwise<Activation::kNone>(DensePixels(gradient, spec_.outputs), pixels, skip_back_, row);
      if (spec_.pool) {
        AddMeanPoolGradient(there.in, row, y, pass.input_gradient);
      } else {
        AddScaled(row, 1.0F, in_row, pass.input_gradient + y * in_row);
      }
    }
  }

  /// The gradient of a row's features after the gates, [vector][pixels][kLanes].
  void BeforeProjection(const GradientPlan& plan, const float* gradient, size_t y,
                        const Panel& panel, float* to) const {
    const size_t pixels = plan.there.out.row_pixels();
    const float* row = gradient + y * pixels * spec_.outputs;
    Pointwise<Activation::kNone>(DensePixels(row, spec_.outputs), pixels, weights_.projection_back,
                                 panel, {to, kLanes, plan.out_row(), nullptr, nullptr});
  }

  /// A first pass, for the squeeze-excitation: it sees the whole clip.
  void Squeezed(const ClipPass& pass, const float* gradient, float* gates,
                float* through_means) const {
    const GradientPlan& plan = pass.plan;
    const size_t frames = plan.there.out.frames;
    const size_t floats = frames * padded_.expanded;
    Scratch& scratch = Scratch::OfThread();
    float* features = scratch.Get<float>(Scratch::kSums, 2 * floats);
    float* products = features + floats;
    std::fill_n(features, 2 * floats, 0.0F);
    for (const Panel& panel : weights_.expansion.panels()) {
      FeatureRows rows(weights_, plan, panel, pass.input);
      float* back = scratch.Get<float>(Scratch::kFeatureGradient, panel.vectors * plan.out_row());
      for (size_t y = 0; y < plan.there.out.height; ++y) {
        rows.Advance(y);
        BeforeProjection(plan, gradient, y, panel, back);
        for (size_t v = 0; v < panel.vectors; ++v) {
          const size_t at = (panel.block + v) * frames * kLanes;
          AddFrameSums(plan, rows.Feature(v), back + v * plan.out_row(), features + at,
                       products + at);
        }
      }
    }
    float* reduce = pass.sums + sums_.reduce;
    float* expand = pass.sums + sums_.expand;
    const size_t hidden = padded_.reduce.bias.size();
    const SqueezeSums to{pass.position_sums, reduce, reduce + padded_.squeezed() * hidden, expand,
                         expand + hidden * padded_.expanded};
    squeeze_.Run(plan.there.out, {features, products}, pass.positions, to, gates, through_means);
  }

  /// Of one row of one vector, frame by frame.
  static void AddFrameSums(const GradientPlan& plan, const float* feature, const float* gradient,
                           float* features, float* products) {
    const Full d;
    const size_t frames = plan.there.out.frames;
    for (size_t t = 0; t < frames; ++t) {
      auto sum = hn::Zero(d);
      auto product = hn::Zero(d);
      for (size_t x = 0; x < plan.there.out.width; ++x) {
        const size_t at = (x * frames + t) * kLanes;
        const auto value = hn::Load(d, feature + at);
        sum = hn::Add(sum, value);
        product = hn::MulAdd(value, hn::Load(d, gradient + at), product);
      }
      hn::Store(hn::Add(hn::Load(d, features + t * kLanes), sum), d, features + t * kLanes);
      hn::Store(hn::Add(hn::Load(d, products + t * kLanes), product), d, products + t * kLanes);
    }
  }

  void PanelGradient(const ClipPass& pass, const float* gradient, size_t index, const float* gates,
                     const float* through_means) const {
    const GradientPlan& plan = pass.plan;
    const Panel& panel = weights_.expansion.panels()[index];
    const size_t pixels = plan.there.out.row_pixels();
    const size_t first = panel.block * kLanes;
    float* expansion = pass.sums + sums_.expansion;
    const FeatureSums feature_sums{expansion, expansion + spec_.inputs * padded_.expanded,
                                   pass.sums + sums_.depthwise, pass.sums + sums_.temporal};
    FeatureRows rows(weights_, plan, panel, pass.input);
    FeatureGradient back(weights_, plan, rows, index, pass.input, feature_sums,
                         pass.input_gradient);
    float* of_features =
        Scratch::OfThread().Get<float>(Scratch::kFeatureGradient, panel.vectors * plan.out_row());
    for (size_t y = 0; y < plan.there.out.height; ++y) {
      rows.Advance(y);
      BeforeProjection(plan, gradient, y, panel, of_features);
      for (size_t v = 0; v < panel.vectors; ++v) {
        float* to = of_features + v * plan.out_row();
        if (gates != nullptr) {
          ThroughGates(plan, gates + first + v * kLanes, through_means + first + v * kLanes,
                       rows.Feature(v), to);
        }
        MultiplyAll(to, rows.FeatureSlopes(v), plan.out_row());
      }
      AddFilterSums(gradient + y * pixels * spec_.outputs, spec_.outputs, pixels,
                    {rows.Feature(0), kLanes, plan.out_row()}, panel.vectors,
                    {pass.sums + sums_.projection + first, padded_.expanded});
      back.Add(y, of_features);
    }
  }

  /// A row of one vector: features become what the projection read, its gradient theirs.
  void ThroughGates(const GradientPlan& plan, const float* gates, const float* through_means,
                    float* feature, float* gradient) const {
    const Full d;
    const size_t frames = plan.there.out.frames;
    for (size_t t = 0; t < frames; ++t) {
      const auto gate = hn::Load(d, gates + t * padded_.expanded);
      const auto through = hn::Load(d, through_means + t * padded_.expanded);
      for (size_t x = 0; x < plan.there.out.width; ++x) {
        const size_t at = (x * frames + t) * kLanes;
        hn::Store(hn::Mul(hn::Load(d, feature + at), gate), d, feature + at);
        hn::Store(hn::MulAdd(hn::Load(d, gradient + at), gate, through), d, gradient + at);
      }
    }
  }

  BottleneckSpec spec_;
  BottleneckSpec padded_;
  FeatureWeights weights_;
  BottleneckSums sums_;
  SqueezeGradient squeeze_;
  PackedWeights skip_back_;
};

inline BottleneckGradient* NewBottleneckGradient(const BottleneckSpec& spec) {
  return std::make_unique<BottleneckGradientKernel>(spec).release();
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_BOTTLENECK_GRADIENT_INL_H_
