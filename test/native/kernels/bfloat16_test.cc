#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "kernels/bottleneck_checks.h"
#include "kernels/head.h"

namespace movinet::kernels {
namespace {

/// Of the largest magnitude. A value that lies between two of bfloat16 may be rounded to the other
/// one than the reference's.
constexpr double kRounding = 1e-3;

BottleneckSpec MakeSpec(reference::Numbers& numbers, bool base) {
  BottleneckSpec spec;
  spec.inputs = 5 * kChannelStep;
  spec.expanded = 23 * kChannelStep;
  spec.outputs = 7 * kChannelStep;
  spec.kernel_frames = 3;
  spec.causal = spec.split = !base;
  spec.stride = 2;
  spec.pool = true;
  spec.activation = base ? Activation::kSwish : Activation::kRelu6;
  spec.squeeze = base ? Squeeze::kClip : Squeeze::kNone;
  spec.products = Products::kBfloat16;
  numbers.Fill(spec, true);
  return spec;
}

TEST(Bfloat16Test, IsRefusedWhereTheProcessorLacksIt) {
  if (HasProducts(Products::kBfloat16)) GTEST_SKIP() << "this processor has it";
  reference::Numbers numbers;
  EXPECT_THROW(MakeBottleneck(MakeSpec(numbers, true)), std::invalid_argument);
}

TEST(Bfloat16Test, BottlenecksRoundTheFactorsOfTheirProductsAlone) {
  if (!HasProducts(Products::kBfloat16))
    GTEST_SKIP() << "this processor has no products of bfloat16";
  reference::Numbers numbers;
  for (const bool base : {true, false}) {
    for (const ClipShape& size : kSizes) {
      const BottleneckSpec spec = MakeSpec(numbers, base);
      const Clips clips = MakeClips(numbers, spec, size, 2, false);
      const std::unique_ptr<Bottleneck> bottleneck = MakeBottleneck(spec);
      const std::vector<double> expected = Expected(spec, clips);
      const std::vector<float> alone = Compute(*bottleneck, spec, clips, 1, Guard::kBehind);
      EXPECT_LE(WorstError(alone, expected), kRounding);
      EXPECT_TRUE(Compute(*bottleneck, spec, clips, 3, Guard::kInFront) == alone);
      // And they do round.
      BottleneckSpec exact = spec;
      exact.products = Products::kFloat32;
      EXPECT_GE(WorstError(alone, Expected(exact, clips)), kRounding);
    }
  }
}

TEST(Bfloat16Test, HeadsRoundTheFactorsOfTheirProductsAlone) {
  if (!HasProducts(Products::kBfloat16))
    GTEST_SKIP() << "this processor has no products of bfloat16";
  reference::Numbers numbers;
  HeadSpec spec;
  spec.inputs = 13 * kChannelStep;
  spec.outputs = 3 * kChannelStep;
  spec.products = Products::kBfloat16;
  spec.weights = numbers.Layer(spec.inputs, spec.inputs * spec.outputs, spec.outputs);
  const ClipShape shape{3, 5, 2, spec.inputs};
  const std::vector<float> clip = RandomClips(numbers, shape, 1);
  const reference::Clip products =
      reference::Pointwise(ClipOf(clip, shape, 0), spec.weights, spec.activation, spec.products);
  std::vector<double> means(shape.frames * spec.outputs);
  for (size_t i = 0; i < products.values.size(); ++i)
    means[i % means.size()] += products.values[i] / static_cast<double>(shape.height * shape.width);
  std::vector<float> actual(means.size());
  MakeHead(spec)->Run(shape, 1, clip.data(), actual.data(), 1);
  EXPECT_LE(WorstError(actual, means), kRounding / 100);
}

}  // namespace
}  // namespace movinet::kernels
