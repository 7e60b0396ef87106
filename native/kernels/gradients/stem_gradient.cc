#include "kernels/gradients/stem_gradient.h"

#include <stdexcept>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gradients/stem_gradient.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/gradients/clip_sums.h"
#include "kernels/gradients/padded_spec.h"
#include "kernels/gradients/simd/filter_sums-inl.h"
#include "kernels/gradients/simd/slopes-inl.h"
#include "kernels/scratch.h"
#include "kernels/simd/pointwise-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

class StemGradientKernel : public StemGradient {
 public:
  explicit StemGradientKernel(const StemSpec& spec)
      : spec_(spec),
        taps_(spec.kernel_size * spec.kernel_size * spec.inputs),
        columns_(WholeVectors(spec.outputs, kLanes)) {
    Weights padded = spec.weights;
    PadWeights(padded, taps_, columns_);
    packed_ = PackedWeights(padded, taps_, columns_);
    spec_.weights = {};
  }

  void Run(const ClipShape& in, size_t batch, const float* input, const float* output_gradient,
           const WeightGradient& weights, size_t threads) const override {
    RequireClip(in, spec_.inputs);
    const ClipShape out = spec_.OutputShape(in);
    const float* sums =
        SumOverClips(batch, (taps_ + 1) * columns_, threads, [&](size_t clip, float* own) HWY_ATTR {
          const float* frame = input + clip * in.size();
          const float* gradient = output_gradient + clip * out.size();
          for (size_t t = 0; t < in.frames; ++t, frame += in.height * in.width * in.channels) {
            for (size_t y = 0; y < out.height; ++y)
              AddRow(in, out, frame, y, gradient + (y * out.row_pixels() + t) * out.channels, own);
          }
        });
    for (size_t i = 0; i < taps_; ++i)
      std::copy_n(sums + i * columns_, spec_.outputs, weights.filter + i * spec_.outputs);
    std::copy_n(sums + taps_ * columns_, spec_.outputs, weights.bias);
  }

 private:
  /// Output row `y` of one frame; a pixel's `gradient` lies behind those of the earlier ones'
  /// frames.
  void AddRow(const ClipShape& in, const ClipShape& out, const float* frame, size_t y,
              const float* gradient, float* sums) const {
    Scratch& scratch = Scratch::OfThread();
    const size_t vector = out.width * kLanes;
    float* patches = scratch.Get<float>(Scratch::kRow, out.width * taps_);
    float* values = scratch.Get<float>(Scratch::kFeature, kMaxVectors * vector);
    float* slopes = scratch.Get<float>(Scratch::kFeatureSlopes, kMaxVectors * vector);
    Patches(in, out, frame, y, patches);
    for (const Panel& panel : packed_.panels()) {
      const size_t first = panel.block * kLanes;
      Pointwise<Activation::kNone>(DensePixels(patches, taps_), out.width, packed_, panel,
                                   {values, kLanes, vector, nullptr, nullptr});
      ActivateWithSlopes(spec_.activation, values, panel.vectors * vector, slopes);
      for (size_t v = 0; v < panel.vectors; ++v) {
        const size_t from = first + v * kLanes;
        const size_t count = std::min(kLanes, spec_.outputs - from);
        const hn::CappedTag<float, kChannelStep> d;
        for (size_t x = 0; x < out.width; ++x) {
          const float* of_pixel = gradient + x * out.frames * out.channels + from;
          float* at = slopes + v * vector + x * kLanes;
          // What stands behind the channels comes to nothing that is read.
          for (size_t c = 0; c < count; c += hn::Lanes(d))
            hn::Store(hn::Mul(hn::Load(d, at + c), hn::LoadU(d, of_pixel + c)), d, at + c);
        }
      }
      const PixelVectors vectors{slopes, kLanes, vector};
      AddFilterSums(patches, taps_, out.width, vectors, panel.vectors, {sums + first, columns_});
      AddBiasSums(out.width, vectors, panel.vectors, sums + taps_ * columns_ + first);
    }
  }

  /// What the kernel sees of a frame at each pixel of a row, zeros past its edges,
  /// [width][kernel row][kernel column][input].
  void Patches(const ClipShape& in, const ClipShape& out, const float* frame, size_t y,
               float* patch) const {
    const SamePadding down(in.height, spec_.kernel_size, spec_.stride);
    const SamePadding across(in.width, spec_.kernel_size, spec_.stride);
    const size_t run = spec_.kernel_size * in.channels;
    for (size_t x = 0; x < out.width; ++x) {
      // Columns of the kernel in front of the frame and in it.
      const size_t left = x * spec_.stride;
      const size_t skip = left < across.before ? across.before - left : 0;
      const size_t column = left + skip - across.before;
      const size_t count =
          column < in.width ? std::min(in.width - column, spec_.kernel_size - skip) : 0;
      for (size_t k = 0; k < spec_.kernel_size; ++k, patch += run) {
        const size_t top = y * spec_.stride + k;
        const bool inside = top >= down.before && top - down.before < in.height;
        if (!inside || count < spec_.kernel_size) std::fill_n(patch, run, 0.0F);
        if (!inside) continue;
        std::copy_n(frame + ((top - down.before) * in.width + column) * in.channels,
                    count * in.channels, patch + skip * in.channels);
      }
    }
  }

  StemSpec spec_;
  size_t taps_;
  size_t columns_;
  PackedWeights packed_;
};

inline StemGradient* NewStemGradient(const StemSpec& spec) {
  return std::make_unique<StemGradientKernel>(spec).release();
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace movinet::kernels {
namespace {
HWY_EXPORT(NewStemGradient);
}  // namespace

std::unique_ptr<StemGradient> MakeStemGradient(const StemSpec& spec) {
  const std::string problem = spec.Problem();
  if (!problem.empty()) throw std::invalid_argument("The gradient of a fused stem: " + problem);
  return std::unique_ptr<StemGradient>(HWY_DYNAMIC_DISPATCH(NewStemGradient)(spec));
}

}  // namespace movinet::kernels
#endif  // HWY_ONCE
