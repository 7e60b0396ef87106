// Gradients of a squeeze-excitation. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_SQUEEZE_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_SQUEEZE_GRADIENT_INL_H_
#undef MOVINET_KERNELS_SQUEEZE_GRADIENT_INL_H_
#else
#define MOVINET_KERNELS_SQUEEZE_GRADIENT_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/bottleneck.h"
#include "kernels/gradients/padded_spec.h"
#include "kernels/gradients/simd/filter_sums-inl.h"
#include "kernels/gradients/simd/slopes-inl.h"
#include "kernels/scratch.h"
#include "kernels/simd/add_scaled-inl.h"
#include "kernels/simd/pointwise-inl.h"
#include "kernels/simd/squeeze-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Gradients of the two layers' weights, added to.
struct SqueezeSums {
  /// Of the positions, [frames][squeezed]; nullptr where there are none.
  float* positions;
  float* reduce;
  float* reduce_bias;
  float* expand;
  float* expand_bias;
};

/// What a clip's frames show: both [block][frame][kLanes].
struct FrameSums {
  /// Of the features over each frame.
  const float* features;
  /// Of the features times the gradient of what they are after the gates.
  const float* products;
};

/// The gates once more, and what their weights and the features' means get back. Of a spec whose
/// channels are whole vectors.
class SqueezeGradient {
 public:
  SqueezeGradient() = default;
  explicit SqueezeGradient(const BottleneckSpec& spec)
      : squeeze_(spec.squeeze),
        gate_(spec.gate),
        activation_(spec.activation),
        channels_(spec.expanded),
        squeezed_(spec.squeezed()),
        hidden_(spec.reduce.bias.size()),
        reduce_(spec.reduce, squeezed_, hidden_),
        expand_(spec.expand, hidden_, channels_),
        reduce_back_(Transposed(spec.reduce, squeezed_, hidden_), hidden_, squeezed_),
        expand_back_(Transposed(spec.expand, hidden_, channels_), channels_, hidden_) {}

  /// `positions` [frames][squeezed] or nullptr. Both results [frame][block][kLanes]: the gates, and
  /// the gradient that each value of a frame gets through its mean.
  void Run(const ClipShape& shape, const FrameSums& of, const float* positions,
           const SqueezeSums& sums, float* gates, float* through_means) const {
    const size_t frames = shape.frames;
    const size_t rows = squeeze_ == Squeeze::kClip && positions == nullptr ? 1 : frames;
    float* seen = Scratch::OfThread().Get<float>(
        Scratch::kSqueeze, frames * (2 * squeezed_ + 3 * hidden_ + 3 * channels_));
    float* seen_gradient = seen + rows * squeezed_;
    float* hidden = seen_gradient + rows * squeezed_;
    float* hidden_slopes = hidden + rows * hidden_;
    float* hidden_gradient = hidden_slopes + rows * hidden_;
    float* factors = hidden_gradient + rows * hidden_;
    float* factor_gradient = factors + rows * channels_;

    SqueezeFrames({squeeze_, channels_}, shape, rows, of.features, {}, seen);
    AddPositions(positions, rows * squeezed_, seen);
    Pointwise<Activation::kNone>(DensePixels(seen, squeezed_), rows, reduce_, hidden);
    ActivateWithSlopes(activation_, hidden, rows * hidden_, hidden_slopes);
    Pointwise<Activation::kNone>(DensePixels(hidden, hidden_), rows, expand_, factors);
    CollectProducts(of.products, frames, rows, factor_gradient);
    Open(factors, rows * channels_, factor_gradient);
    for (size_t t = 0; t < frames; ++t)
      std::copy_n(factors + (rows == 1 ? 0 : t) * channels_, channels_, gates + t * channels_);

    AddLayerSums(hidden, hidden_, rows, factor_gradient, channels_, sums.expand, sums.expand_bias);
    Pointwise<Activation::kNone>(DensePixels(factor_gradient, channels_), rows, expand_back_,
                                 hidden_gradient);
    MultiplyAll(hidden_gradient, hidden_slopes, rows * hidden_);
    AddLayerSums(seen, squeezed_, rows, hidden_gradient, hidden_, sums.reduce, sums.reduce_bias);
    Pointwise<Activation::kNone>(DensePixels(hidden_gradient, hidden_), rows, reduce_back_,
                                 seen_gradient);
    if (sums.positions != nullptr)
      AddScaled(seen_gradient, 1.0F, frames * squeezed_, sums.positions);
    ThroughMeans(shape, rows, seen_gradient, through_means);
  }

 private:
  bool ByPast() const { return squeeze_ == Squeeze::kPast || squeeze_ == Squeeze::kPastAndFrame; }
  bool ByFrameToo() const {
    return squeeze_ == Squeeze::kPastAndFrame || squeeze_ == Squeeze::kClipAndFrame;
  }

  /// [block][frame][kLanes] → [rows][channels], summed where all frames have one row.
  void CollectProducts(const float* products, size_t frames, size_t rows, float* to) const {
    std::fill_n(to, rows * channels_, 0.0F);
    for (size_t t = 0; t < frames; ++t) {
      float* row = to + (rows == 1 ? 0 : t) * channels_;
      for (size_t c = 0; c < channels_; ++c)
        row[c] += products[(c / kLanes * frames + t) * kLanes + c % kLanes];
    }
  }

  /// Gates in the place of what they open by; their gradient becomes that of what they open by.
  void Open(float* x, size_t count, float* gradient) const {
    const Full d;
    const auto one = hn::Set(d, 1.0F);
    for (size_t i = 0; i < count; i += kLanes) {
      const auto before = hn::Load(d, x + i);
      const auto y = OpenGate(gate_, d, before);
      auto slope = hn::Mul(y, hn::Sub(one, y));
      if (gate_ == Gate::kHardSigmoid) {
        const auto shifted = hn::Add(before, hn::Set(d, 3.0F));
        slope = hn::Mul(Relu6Slope(d, shifted), hn::Set(d, 0.16667F));
      } else if (gate_ == Gate::kKerasHardSigmoid) {
        const auto share = hn::Set(d, 0.2F);
        const auto line = hn::MulAdd(before, share, hn::Set(d, 0.5F));
        const auto inside = hn::And(hn::Ge(line, hn::Zero(d)), hn::Le(line, one));
        slope = hn::IfThenElseZero(inside, share);
      }
      hn::Store(y, d, x + i);
      hn::Store(hn::Mul(hn::Load(d, gradient + i), slope), d, gradient + i);
    }
  }

  void ThroughMeans(const ClipShape& shape, size_t rows, const float* seen, float* to) const {
    const size_t frames = shape.frames;
    const float share = 1.0F / static_cast<float>(shape.height * shape.width);
    const float clip_share = share / static_cast<float>(frames);
    for (size_t c = 0; c < channels_; ++c) {
      float sum = 0.0F;
      if (squeeze_ == Squeeze::kClip || squeeze_ == Squeeze::kClipAndFrame) {
        for (size_t t = 0; t < rows; ++t) sum += seen[t * squeezed_ + c] * clip_share;
      }
      // From the last frame on: a frame is in its own mean and in those of all later ones.
      for (size_t t = frames; t-- > 0;) {
        if (ByPast()) sum += seen[t * squeezed_ + c] * share / static_cast<float>(t + 1);
        float through = squeeze_ == Squeeze::kFrame ? seen[t * squeezed_ + c] * share : sum;
        if (ByFrameToo()) through += seen[t * squeezed_ + channels_ + c] * share;
        to[t * channels_ + c] = through;
      }
    }
  }

  Squeeze squeeze_ = Squeeze::kNone;
  Gate gate_ = Gate::kSigmoid;
  Activation activation_ = Activation::kRelu6;
  size_t channels_ = 0;
  size_t squeezed_ = 0;
  size_t hidden_ = 0;
  PackedWeights reduce_;
  PackedWeights expand_;
  PackedWeights reduce_back_;
  PackedWeights expand_back_;
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_SQUEEZE_GRADIENT_INL_H_
