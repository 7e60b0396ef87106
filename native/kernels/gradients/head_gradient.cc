#include "kernels/gradients/head_gradient.h"

#include <stdexcept>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gradients/head_gradient.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <vector>

#include "kernels/gradients/clip_sums.h"
#include "kernels/gradients/padded_spec.h"
#include "kernels/gradients/simd/filter_sums-inl.h"
#include "kernels/gradients/simd/slopes-inl.h"
#include "kernels/gradients/simd/transposed_panels-inl.h"
#include "kernels/scratch.h"
#include "kernels/simd/add_scaled-inl.h"
#include "kernels/simd/pointwise-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

class HeadGradientKernel : public HeadGradient {
 public:
  explicit HeadGradientKernel(const HeadSpec& spec)
      : inputs_(spec.inputs),
        outputs_(spec.outputs),
        columns_(WholeVectors(spec.outputs, kLanes)),
        activation_(spec.activation) {
    Weights padded = spec.weights;
    PadWeights(padded, inputs_, columns_);
    packed_ = PackedWeights(padded, inputs_, columns_);
    back_ = TransposedPanels(padded, inputs_, packed_);
  }

  void Run(const ClipShape& shape, size_t batch, const float* input, const float* means_gradient,
           float* input_gradient, const WeightGradient& weights, size_t threads) const override {
    RequireClip(shape, inputs_);
    const float* sums = SumOverClips(
        batch, (inputs_ + 1) * columns_, threads, [&](size_t clip, float* own) HWY_ATTR {
          RunClip(shape, input + clip * shape.size(),
                  means_gradient + clip * shape.frames * outputs_,
                  input_gradient == nullptr ? nullptr : input_gradient + clip * shape.size(), own);
        });
    for (size_t i = 0; i < inputs_; ++i)
      std::copy_n(sums + i * columns_, outputs_, weights.filter + i * outputs_);
    std::copy_n(sums + inputs_ * columns_, outputs_, weights.bias);
  }

 private:
  void RunClip(const ClipShape& shape, const float* input, const float* means_gradient,
               float* input_gradient, float* sums) const {
    Scratch& scratch = Scratch::OfThread();
    const size_t pixels = shape.row_pixels();
    // What each pixel of a frame gets.
    float* shares = scratch.Get<float>(Scratch::kSums, shape.frames * columns_);
    const float share = 1.0F / static_cast<float>(shape.height * shape.width);
    std::fill_n(shares, shape.frames * columns_, 0.0F);
    for (size_t t = 0; t < shape.frames; ++t)
      AddScaled(means_gradient + t * outputs_, share, outputs_, shares + t * columns_);
    if (input_gradient != nullptr) std::fill_n(input_gradient, shape.size(), 0.0F);
    float* values = scratch.Get<float>(Scratch::kFeature, kMaxVectors * pixels * kLanes);
    float* slopes = scratch.Get<float>(Scratch::kFeatureSlopes, kMaxVectors * pixels * kLanes);
    float* row = scratch.Get<float>(Scratch::kRow, pixels * inputs_);
    for (size_t i = 0; i < packed_.panels().size(); ++i) {
      const Panel& panel = packed_.panels()[i];
      const size_t first = panel.block * kLanes;
      const size_t vector = pixels * kLanes;
      for (size_t y = 0; y < shape.height; ++y) {
        const float* from = input + y * pixels * inputs_;
        Pointwise<Activation::kNone>(DensePixels(from, inputs_), pixels, packed_, panel,
                                     {values, kLanes, vector, nullptr, nullptr});
        ActivateWithSlopes(activation_, values, panel.vectors * vector, slopes);
        for (size_t v = 0; v < panel.vectors; ++v)
          Share(shape, shares + first + v * kLanes, slopes + v * vector);
        const PixelVectors vectors{slopes, kLanes, vector};
        AddFilterSums(from, inputs_, pixels, vectors, panel.vectors, {sums + first, columns_});
        AddBiasSums(pixels, vectors, panel.vectors, sums + inputs_ * columns_ + first);
        if (input_gradient == nullptr) continue;
        Pointwise<Activation::kNone>({slopes, kLanes, panel.columns(), kLanes, vector}, pixels,
                                     back_[i], row);
        AddScaled(row, 1.0F, pixels * inputs_, input_gradient + y * pixels * inputs_);
      }
    }
  }

  /// A row's slopes [width][frames][kLanes] times what each frame gets.
  void Share(const ClipShape& shape, const float* shares, float* slopes) const {
    const Full d;
    for (size_t t = 0; t < shape.frames; ++t) {
      const auto factor = hn::Load(d, shares + t * columns_);
      for (size_t x = 0; x < shape.width; ++x) {
        float* at = slopes + (x * shape.frames + t) * kLanes;
        hn::Store(hn::Mul(hn::Load(d, at), factor), d, at);
      }
    }
  }

  size_t inputs_;
  size_t outputs_;
  size_t columns_;
  Activation activation_;
  PackedWeights packed_;
  /// Panel by panel, [columns of the panel, inputs].
  std::vector<PackedWeights> back_;
};

inline HeadGradient* NewHeadGradient(const HeadSpec& spec) {
  return std::make_unique<HeadGradientKernel>(spec).release();
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace movinet::kernels {
namespace {
HWY_EXPORT(NewHeadGradient);
}  // namespace

std::unique_ptr<HeadGradient> MakeHeadGradient(const HeadSpec& spec) {
  const std::string problem = spec.Problem();
  if (!problem.empty()) throw std::invalid_argument("The gradient of a fused head: " + problem);
  return std::unique_ptr<HeadGradient>(HWY_DYNAMIC_DISPATCH(NewHeadGradient)(spec));
}

}  // namespace movinet::kernels
#endif  // HWY_ONCE
