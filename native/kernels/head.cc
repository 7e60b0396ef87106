#include "kernels/head.h"

#include <stdexcept>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/head.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/parallel.h"
#include "kernels/scratch.h"
#include "kernels/simd/pointwise-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <Activation kActivation>
class HeadKernel : public Head {
 public:
  explicit HeadKernel(const HeadSpec& spec)
      : inputs_(spec.inputs),
        outputs_(spec.outputs),
        packed_(spec.weights, spec.inputs, spec.outputs, spec.products) {}

  void Run(const ClipShape& shape, size_t batch, const float* input, float* output,
           size_t threads) const override {
    RequireClip(shape, inputs_);
    // Panels of columns are independent: where there are fewer clips than threads, they are
    // divided.
    const std::vector<Panel>& panels = packed_.panels();
    const size_t pieces = batch >= (threads == 0 ? DefaultThreads() : threads) ? 1 : panels.size();
    ParallelFor(batch * pieces, threads, [&](size_t index) HWY_ATTR {
      const size_t clip = index / pieces;
      const float* cells = CellsOf(packed_.products(), input + clip * shape.size(), shape.size(),
                                   Scratch::kInputPairs);
      // One of as many pieces as there are panels, or all of them.
      for (size_t i = index % pieces; i < panels.size(); i += pieces) {
        MeansOfPanel(shape, cells, panels[i],
                     output + clip * shape.frames * outputs_ + panels[i].block * kLanes);
      }
    });
  }

 private:
  void MeansOfPanel(const ClipShape& shape, const float* cells, const Panel& panel,
                    float* out) const {
    const size_t width = panel.columns();
    const size_t pixels = shape.height * shape.row_pixels();
    float* values = Scratch::OfThread().Get<float>(Scratch::kRow, pixels * width);
    const PixelOutput to{values, width, kLanes, nullptr, nullptr};
    const PixelRuns in = DensePixels(cells, inputs_ / CellValues(packed_.products()));
    Pointwise<kActivation>(in, pixels, packed_, panel, to);
    const hn::CappedTag<float, kChannelStep> d;
    const auto share = hn::Set(d, 1.0f / static_cast<float>(shape.height * shape.width));
    for (size_t t = 0; t < shape.frames; ++t) {
      for (size_t c = 0; c < width; c += hn::Lanes(d)) {
        auto total = hn::Zero(d);
        for (size_t y = 0; y < shape.height; ++y) {
          // Row by row: a long sum in float32 would lose digits.
          auto sum = hn::Zero(d);
          for (size_t x = 0; x < shape.width; ++x) {
            sum = hn::Add(
                sum, hn::LoadU(d, values + ((y * shape.width + x) * shape.frames + t) * width + c));
          }
          total = hn::Add(total, sum);
        }
        hn::StoreU(hn::Mul(total, share), d, out + t * outputs_ + c);
      }
    }
  }

  size_t inputs_;
  size_t outputs_;
  PackedWeights packed_;
};

inline Head* NewHead(const HeadSpec& spec) { return NewByActivation<HeadKernel, Head>(spec); }

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace movinet::kernels {
namespace {
HWY_EXPORT(NewHead);
}  // namespace

std::string HeadSpec::Problem() const {
  if (!AreChannels(inputs) || !AreChannels(outputs)) return ChannelsProblem();
  if (activation == Activation::kNone)
    return "its activation is one of ReLU6, swish and hard swish";
  if (!HasProducts(products)) return "this processor has no products of bfloat16";
  if (!weights.Fits(inputs * outputs, outputs)) return "the weights have another size";
  return {};
}

std::unique_ptr<Head> MakeHead(const HeadSpec& spec) {
  const std::string problem = spec.Problem();
  if (!problem.empty()) throw std::invalid_argument("A fused head: " + problem);
  return std::unique_ptr<Head>(HWY_DYNAMIC_DISPATCH(NewHead)(spec));
}

}  // namespace movinet::kernels
#endif  // HWY_ONCE
