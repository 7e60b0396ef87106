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

    See(shape, of.features, rows, positions, seen);
    Pointwise<Activation::kNone>(DensePixels(seen, squeezed_), rows, reduce_, hidden);
    ActivateWithSlopes(activation_, hidden, rows * hidden_, hidden_slopes);
    Pointwise<Activation::kNone>(DensePixels(hidden, hidden_), rows, expand_, factors);
    CollectProducts(of.products, frames, rows, factor_gradient);
    Open(factors, rows * channels_, factor_gradient);
    for (size_t t = 0; t < frames; ++t)
      std::copy_n(factors + (rows == 1 ? 0 : t) * channels_, channels_, gates + t * channels_);

    AddAll(hidden, hidden_, rows, factor_gradient, channels_, sums.expand, sums.expand_bias);
    Pointwise<Activation::kNone>(DensePixels(factor_gradient, channels_), rows, expand_back_,
                                 hidden_gradient);
    MultiplyAll(hidden_gradient, hidden_slopes, rows * hidden_);
    AddAll(seen, squeezed_, rows, hidden_gradient, hidden_, sums.reduce, sums.reduce_bias);
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

  /// What `reduce` reads, [rows][squeezed].
  void See(const ClipShape& shape, const float* sums, size_t rows, const float* positions,
           float* seen) const {
    const size_t frames = shape.frames;
    const float share = 1.0F / static_cast<float>(shape.height * shape.width);
    for (size_t channel = 0; channel < channels_; ++channel) {
      const float* of_channel = sums + channel / kLanes * frames * kLanes + channel % kLanes;
      float clip = 0.0F;
      for (size_t t = 0; t < frames; ++t) clip += of_channel[t * kLanes] * share;
      clip /= static_cast<float>(frames);
      float past = 0.0F;
      for (size_t t = 0; t < rows; ++t) {
        const float mean = of_channel[t * kLanes] * share;
        past += mean;
        float* row = seen + t * squeezed_;
        row[channel] = squeeze_ == Squeeze::kFrame ? mean
                       : ByPast()                  ? past / static_cast<float>(t + 1)
                                                   : clip;
        if (ByFrameToo()) row[channels_ + channel] = mean;
      }
    }
    if (positions != nullptr) {
      for (size_t i = 0; i < rows * squeezed_; ++i) seen[i] += positions[i];
    }
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
      auto y = hn::Load(d, x + i);
      auto slope = one;
      switch (gate_) {
        case Gate::kSigmoid:
          y = Sigmoid(d, y);
          slope = hn::Mul(y, hn::Sub(one, y));
          break;
        case Gate::kHardSigmoid: {
          const auto share = hn::Set(d, 0.16667F);
          y = hn::Add(y, hn::Set(d, 3.0F));
          slope = hn::Mul(Relu6Slope(d, y), share);
          y = hn::Mul(Relu6(d, y), share);
          break;
        }
        case Gate::kKerasHardSigmoid: {
          const auto share = hn::Set(d, 0.2F);
          y = hn::MulAdd(y, share, hn::Set(d, 0.5F));
          const auto inside = hn::And(hn::Ge(y, hn::Zero(d)), hn::Le(y, one));
          slope = hn::IfThenElseZero(inside, share);
          y = hn::Min(hn::Max(y, hn::Zero(d)), one);
          break;
        }
      }
      hn::Store(y, d, x + i);
      hn::Store(hn::Mul(hn::Load(d, gradient + i), slope), d, gradient + i);
    }
  }

  /// Of one fully connected layer, its weights [inputs][outputs].
  static void AddAll(const float* values, size_t inputs, size_t rows, const float* gradient,
                     size_t outputs, float* filter, float* bias) {
    const size_t vectors = outputs / kLanes;
    for (size_t v = 0; v < vectors; v += kMaxVectors) {
      const size_t count = std::min(kMaxVectors, vectors - v);
      AddFilterSums(values, inputs, rows, {gradient + v * kLanes, outputs, kLanes}, count,
                    {filter + v * kLanes, outputs});
    }
    AddBiasSums(rows, {gradient, outputs, kLanes}, vectors, bias);
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
