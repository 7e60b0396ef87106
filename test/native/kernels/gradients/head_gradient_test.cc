#include "kernels/gradients/head_gradient.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "kernels/gradients/gradient_checks.h"
#include "kernels/head_checks.h"

namespace movinet::kernels {
namespace {

/// Of the input, the filter and the bias.
std::vector<std::vector<float>> Compute(const HeadSpec& spec, const ClipShape& shape, size_t batch,
                                        const std::vector<float>& clips,
                                        const std::vector<float>& means_gradient, size_t threads,
                                        Guard guard) {
  GuardedFloats input(clips, guard);
  GuardedFloats gradient(means_gradient, guard);
  GuardedFloats input_gradient(clips.size(), guard);
  GuardedFloats filter(spec.weights.filter.size(), guard);
  GuardedFloats bias(spec.weights.bias.size(), guard);
  MakeHeadGradient(spec)->Run(shape, batch, input.data(), gradient.data(), input_gradient.data(),
                              {filter.data(), bias.data()}, threads);
  return {input_gradient.values(), filter.values(), bias.values()};
}

TEST(HeadGradientTest, AgreesWithDifferencesForEverySize) {
  reference::Numbers numbers;
  size_t number = 0;
  for (const ClipShape& size : {ClipShape{1, 1, 1, 0}, ClipShape{1, 3, 2, 0}, ClipShape{5, 1, 3, 0},
                                ClipShape{2, 3, 9, 0}}) {
    for (const Activation activation :
         {Activation::kSwish, Activation::kHardSwish, Activation::kRelu6}) {
      ClipShape shape = size;
      shape.channels = (1 + number % 4) * kChannelStep;
      HeadSpec spec =
          MakeSpec(numbers, shape.channels, (1 + number * 3 % 13) * kChannelStep, activation);
      const size_t batch = 1 + number % 3;
      ++number;
      SCOPED_TRACE(testing::Message()
                   << shape.height << " x " << shape.width << " x " << shape.frames << ", "
                   << spec.inputs << " to " << spec.outputs << " channels");
      std::vector<float> clips = RandomClips(numbers, shape, batch);
      const std::vector<float> factors =
          numbers.Uniform(batch * shape.frames * spec.outputs, -1.0F, 1.0F);
      const auto first = GradientsOnEveryTarget([&](size_t threads, Guard guard) {
        return Compute(spec, shape, batch, clips, factors, threads, guard);
      });
      const auto loss = [&] { return WeightedSum(Expected(spec, shape, batch, clips), factors); };
      const double tolerance = DifferenceTolerance(spec.activation);
      ExpectGradient("input", first[0], clips, tolerance, loss);
      ExpectGradient("filter", first[1], spec.weights.filter, tolerance, loss);
      ExpectGradient("bias", first[2], spec.weights.bias, tolerance, loss);
    }
  }
}

TEST(HeadGradientTest, RefusesWhatItCannotDo) {
  reference::Numbers numbers;
  HeadSpec spec = MakeSpec(numbers, kChannelStep, kChannelStep, Activation::kSwish);
  EXPECT_THROW(
      MakeHeadGradient(spec)->Run({0, 4, 4, spec.inputs}, 1, nullptr, nullptr, nullptr, {}, 1),
      std::invalid_argument);
  spec.activation = Activation::kNone;
  EXPECT_THROW(MakeHeadGradient(spec), std::invalid_argument);
}

}  // namespace
}  // namespace movinet::kernels
