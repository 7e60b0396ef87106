// Squeeze-excitation. Compiled once for each instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_SQUEEZE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_SQUEEZE_INL_H_
#undef MOVINET_KERNELS_SQUEEZE_INL_H_
#else
#define MOVINET_KERNELS_SQUEEZE_INL_H_
#endif

#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "kernels/bottleneck.h"
#include "kernels/clip_shape.h"
#include "kernels/scratch.h"
#include "kernels/simd/pointwise-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The frames before a clip's.
struct PastFrames {
  /// [channels], the sums of their means; nullptr where there are none.
  const float* sums = nullptr;
  /// Those with the clip's.
  float* next_sums = nullptr;
  /// How many these are.
  int64_t seen = 0;
};

/// What a squeeze-excitation looks at, and of how many channels.
struct SqueezeOf {
  Squeeze squeeze;
  size_t channels;
};

/// What `reduce` reads, [rows][squeezed], of `sums` [block][frame][kLanes].
inline void SqueezeFrames(const SqueezeOf& of, const ClipShape& shape, size_t rows,
                          const float* sums, const PastFrames& past, float* squeezed) {
  const size_t frames = shape.frames;
  const float share = 1.0f / static_cast<float>(shape.height * shape.width);
  const bool by_past = of.squeeze == Squeeze::kPast || of.squeeze == Squeeze::kPastAndFrame;
  const bool with_frame =
      of.squeeze == Squeeze::kPastAndFrame || of.squeeze == Squeeze::kClipAndFrame;
  const size_t squeezed_channels = (with_frame ? 2 : 1) * of.channels;
  for (size_t channel = 0; channel < of.channels; ++channel) {
    const float* of_channel = sums + channel / kLanes * frames * kLanes + channel % kLanes;
    const auto frame_mean = [&](size_t t) { return of_channel[t * kLanes] * share; };
    float total = past.sums == nullptr ? 0.0f : past.sums[channel];
    float clip = 0.0f;
    for (size_t t = 0; t < frames; ++t) clip += frame_mean(t);
    const float clip_mean = clip / static_cast<float>(frames);
    if (of.squeeze == Squeeze::kClip) {
      for (size_t t = 0; t < rows; ++t) squeezed[t * squeezed_channels + channel] = clip_mean;
      continue;
    }
    for (size_t t = 0; t < frames; ++t) {
      const float mean = frame_mean(t);
      total += mean;
      float* row = squeezed + t * squeezed_channels;
      row[channel] = of.squeeze == Squeeze::kFrame ? mean
                     : by_past ? total / static_cast<float>(past.seen + static_cast<int64_t>(t) + 1)
                               : clip_mean;
      if (with_frame) row[of.channels + channel] = mean;
    }
    if (past.next_sums != nullptr) past.next_sums[channel] = total;
  }
}

/// To what SqueezeFrames gives; none: nullptr.
inline void AddPositions(const float* positions, size_t count, float* squeezed) {
  if (positions == nullptr) return;
  for (size_t i = 0; i < count; ++i) squeezed[i] += positions[i];
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V OpenGate(Gate gate, D d, V y) {
  switch (gate) {
    case Gate::kHardSigmoid:
      return hn::Mul(Relu6(d, hn::Add(y, hn::Set(d, 3.0f))), hn::Set(d, 0.16667f));
    case Gate::kKerasHardSigmoid:
      y = hn::MulAdd(y, hn::Set(d, 0.2f), hn::Set(d, 0.5f));
      return hn::Min(hn::Max(y, hn::Zero(d)), hn::Set(d, 1.0f));
    default:
      return Sigmoid(d, y);
  }
}

/// One factor for each channel and frame, from what the frames show.
template <Activation kActivation>
class SqueezeExcitation {
 public:
  SqueezeExcitation() = default;
  explicit SqueezeExcitation(const BottleneckSpec& spec)
      : squeeze_(spec.squeeze),
        gate_(spec.gate),
        channels_(spec.expanded),
        squeezed_(spec.squeezed()),
        hidden_(spec.reduce.bias.size()),
        reduce_(spec.reduce, squeezed_, hidden_),
        expand_(spec.expand, hidden_, channels_) {}

  /// `sums` [block][frame][kLanes] of a clip's frames → `gates` [frame][block][kLanes].
  void Gates(const ClipShape& shape, const float* sums, const float* positions,
             const PastFrames& past, float* gates) const {
    const size_t frames = shape.frames;
    const size_t blocks = (channels_ + kLanes - 1) / kLanes;
    // Without positions a clip's frames have one weight for all.
    const size_t rows = squeeze_ == Squeeze::kClip && positions == nullptr ? 1 : frames;
    float* squeezed = Scratch::OfThread().Get<float>(Scratch::kSqueeze,
                                                     frames * (squeezed_ + hidden_ + channels_));
    float* hidden = squeezed + frames * squeezed_;
    float* factors = hidden + frames * hidden_;
    SqueezeFrames({squeeze_, channels_}, shape, rows, sums, past, squeezed);
    AddPositions(positions, rows * squeezed_, squeezed);
    Pointwise<kActivation>(DensePixels(squeezed, squeezed_), rows, reduce_, hidden);
    Pointwise<Activation::kNone>(DensePixels(hidden, hidden_), rows, expand_, factors);
    Factors(factors, rows * channels_);
    for (size_t t = 0; t < frames; ++t, gates += blocks * kLanes) {
      std::copy_n(factors + (rows == 1 ? 0 : t) * channels_, channels_, gates);
      std::fill(gates + channels_, gates + blocks * kLanes, 0.0f);
    }
  }

 private:
  void Factors(float* x, size_t count) const {
    const hn::CappedTag<float, kChannelStep> d;
    for (size_t i = 0; i < count; i += hn::Lanes(d))
      hn::StoreU(OpenGate(gate_, d, hn::LoadU(d, x + i)), d, x + i);
  }

  Squeeze squeeze_ = Squeeze::kNone;
  Gate gate_ = Gate::kSigmoid;
  size_t channels_ = 0;
  size_t squeezed_ = 0;
  size_t hidden_ = 0;
  PackedWeights reduce_;
  PackedWeights expand_;
};

/// feature [block][pixel][frame][kLanes] *= gates [frame][block][kLanes].
inline void MultiplyFrames(const float* gates, size_t blocks, size_t pixels, size_t frames,
                           float* feature) {
  const Full d;
  for (size_t block = 0; block < blocks; ++block) {
    for (size_t pixel = 0; pixel < pixels; ++pixel) {
      const float* gate = gates + block * kLanes;
      for (size_t t = 0; t < frames; ++t, feature += kLanes, gate += blocks * kLanes) {
        hn::Store(hn::Mul(hn::Load(d, feature), hn::Load(d, gate)), d, feature);
      }
    }
  }
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_SQUEEZE_INL_H_
