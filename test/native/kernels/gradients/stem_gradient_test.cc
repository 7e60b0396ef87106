#include "kernels/gradients/stem_gradient.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "kernels/gradients/gradient_checks.h"
#include "kernels/stem_checks.h"

namespace movinet::kernels {
namespace {

/// Of the filter, then of the bias.
std::vector<std::vector<float>> Compute(const StemSpec& spec, const ClipShape& shape, size_t batch,
                                        const std::vector<float>& clips,
                                        const std::vector<float>& output_gradient, size_t threads,
                                        Guard guard) {
  GuardedFloats input(clips, guard);
  GuardedFloats gradient(output_gradient, guard);
  GuardedFloats filter(spec.weights.filter.size(), guard);
  GuardedFloats bias(spec.weights.bias.size(), guard);
  MakeStemGradient(spec)->Run(shape, batch, input.data(), gradient.data(),
                              {filter.data(), bias.data()}, threads);
  return {filter.values(), bias.values()};
}

TEST(StemGradientTest, AgreesWithDifferencesForEveryKernel) {
  constexpr ClipShape kShapes[] = {
      {1, 1, 1, 3}, {1, 5, 2, 3}, {7, 1, 3, 3}, {9, 8, 2, 3}, {6, 37, 2, 3}};
  constexpr Activation kActivations[] = {Activation::kSwish, Activation::kHardSwish,
                                         Activation::kRelu6};
  constexpr size_t kOutputs[] = {kChannelStep, 3 * kChannelStep, 11 * kChannelStep};
  reference::Numbers numbers;
  size_t number = 0;
  for (const size_t kernel_size : {1, 2, 3, 5, 7}) {
    for (const size_t stride : {1, 2}) {
      for (const ClipShape& shape : kShapes) {
        const size_t batch = 1 + number % 3;
        StemSpec spec = MakeSpec(numbers, kernel_size, stride, kOutputs[number / 3 % 3],
                                 kActivations[number % 3]);
        ++number;
        SCOPED_TRACE(testing::Message()
                     << kernel_size << " x " << kernel_size << ", stride " << stride << ", "
                     << shape.height << " x " << shape.width << " x " << shape.frames << ", "
                     << spec.outputs << " outputs");
        const std::vector<float> clips = RandomClips(numbers, shape, batch);
        const std::vector<float> factors =
            numbers.Uniform(batch * spec.OutputShape(shape).size(), -1.0F, 1.0F);
        const auto first = GradientsOnEveryTarget([&](size_t threads, Guard guard) {
          return Compute(spec, shape, batch, clips, factors, threads, guard);
        });
        const auto loss = [&] { return WeightedSum(Expected(spec, shape, batch, clips), factors); };
        const double tolerance = DifferenceTolerance(spec.activation);
        ExpectGradient("filter", first[0], spec.weights.filter, tolerance, loss);
        ExpectGradient("bias", first[1], spec.weights.bias, tolerance, loss);
      }
    }
  }
}

TEST(StemGradientTest, RefusesWhatItCannotDo) {
  reference::Numbers numbers;
  StemSpec spec = MakeSpec(numbers, 3, 2, kChannelStep, Activation::kSwish);
  EXPECT_THROW(MakeStemGradient(spec)->Run({4, 4, 0, 3}, 1, nullptr, nullptr, {}, 1),
               std::invalid_argument);
  spec.weights.bias.pop_back();
  EXPECT_THROW(MakeStemGradient(spec), std::invalid_argument);
}

}  // namespace
}  // namespace movinet::kernels
