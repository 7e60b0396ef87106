#include "kernels/gradients/bottleneck_gradient.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "kernels/bottleneck_checks.h"
#include "kernels/gradients/gradient_checks.h"

namespace movinet::kernels {
namespace {

/// A layer's weights, and where their gradient goes.
struct Layer {
  std::string name;
  Weights BottleneckSpec::* weights;
  WeightGradient BottleneckGradients::* gradient;
};

const std::vector<Layer>& Layers() {
  using S = BottleneckSpec;
  using G = BottleneckGradients;
  static const std::vector<Layer> layers = {{"expansion", &S::expansion, &G::expansion},
                                            {"depthwise", &S::depthwise, &G::depthwise},
                                            {"temporal", &S::temporal, &G::temporal},
                                            {"reduce", &S::reduce, &G::reduce},
                                            {"expand", &S::expand, &G::expand},
                                            {"projection", &S::projection, &G::projection},
                                            {"skip", &S::skip, &G::skip}};
  return layers;
}

/// A run's gradients: of the input and the positions, then of each layer's filter and bias.
std::vector<std::vector<float>> Compute(const BottleneckSpec& spec, const Clips& clips,
                                        const std::vector<float>& output_gradient, size_t threads,
                                        Guard guard) {
  GuardedFloats input(clips.values, guard);
  GuardedFloats gradient(output_gradient, guard);
  GuardedFloats positions(clips.positions, guard);
  GuardedFloats scales(clips.scales, guard);
  GuardedFloats input_gradient(clips.values.size(), guard);
  GuardedFloats position_gradient(clips.positions.size(), guard);
  std::vector<std::unique_ptr<GuardedFloats>> results;
  BottleneckGradients gradients;
  gradients.input = input_gradient.data();
  if (!clips.positions.empty()) gradients.positions = position_gradient.data();
  for (const Layer& layer : Layers()) {
    const Weights& weights = spec.*layer.weights;
    if (weights.bias.empty()) continue;
    results.push_back(std::make_unique<GuardedFloats>(weights.filter.size(), guard));
    results.push_back(std::make_unique<GuardedFloats>(weights.bias.size(), guard));
    gradients.*layer.gradient = {results[results.size() - 2]->data(), results.back()->data()};
  }
  MakeBottleneckGradient(spec)->Run(
      clips.shape, clips.batch,
      {input.data(), gradient.data(), clips.positions.empty() ? nullptr : positions.data(),
       clips.scales.empty() ? nullptr : scales.data()},
      gradients, threads);
  std::vector<std::vector<float>> values{input_gradient.values(), position_gradient.values()};
  for (const auto& result : results) values.push_back(result->values());
  return values;
}

void ExpectGradients(BottleneckSpec spec, Clips clips, reference::Numbers& numbers) {
  SCOPED_TRACE(testing::Message() << "kernel " << spec.kernel_frames << " x " << spec.kernel_size
                                  << ", stride " << spec.stride << (spec.causal ? ", causal" : "")
                                  << (spec.split ? ", split" : "")
                                  << (spec.skip.filter.empty() ? "" : ", projected") << ", squeeze "
                                  << static_cast<int>(spec.squeeze) << ", gate "
                                  << static_cast<int>(spec.gate) << ", activation "
                                  << static_cast<int>(spec.activation) << ", channels "
                                  << spec.inputs << " " << spec.expanded << " " << spec.outputs
                                  << ", " << clips.batch << " clips of " << clips.shape.height
                                  << " x " << clips.shape.width << " x " << clips.shape.frames);
  const std::vector<float> factors =
      numbers.Uniform(clips.batch * spec.OutputShape(clips.shape).size(), -1.0F, 1.0F);
  const auto first = GradientsOnEveryTarget(
      [&](size_t threads, Guard guard) { return Compute(spec, clips, factors, threads, guard); });
  const auto loss = [&] { return WeightedSum(Expected(spec, clips), factors); };
  const double tolerance = DifferenceTolerance(spec.activation);
  ExpectGradient("input", first[0], clips.values, tolerance, loss);
  if (!clips.positions.empty())
    ExpectGradient("positions", first[1], clips.positions, tolerance, loss);
  size_t index = 2;
  for (const Layer& layer : Layers()) {
    Weights& weights = spec.*layer.weights;
    if (weights.bias.empty()) continue;
    ExpectGradient(layer.name, first[index++], weights.filter, tolerance, loss);
    ExpectGradient(layer.name + " bias", first[index++], weights.bias, tolerance, loss);
  }
}

constexpr ClipShape kGradientSizes[] = {{1, 1, 1, 0}, {5, 4, 3, 0}, {4, 7, 2, 0}, {6, 3, 9, 0}};
constexpr size_t kChannels[] = {kChannelStep, 3 * kChannelStep, 5 * kChannelStep};
constexpr Squeeze kSqueezes[] = {Squeeze::kNone, Squeeze::kClip,         Squeeze::kFrame,
                                 Squeeze::kPast, Squeeze::kPastAndFrame, Squeeze::kClipAndFrame};
constexpr Gate kGates[] = {Gate::kSigmoid, Gate::kHardSigmoid, Gate::kKerasHardSigmoid};
constexpr Activation kActivations[] = {Activation::kSwish, Activation::kRelu6, Activation::kSwish,
                                       Activation::kHardSwish};

TEST(BottleneckGradientTest, AgreesWithDifferencesForEveryKernel) {
  reference::Numbers numbers;
  size_t drawn = 0;
  const auto next = [&](const auto& values) { return values[drawn++ % std::size(values)]; };
  for (const size_t frames : {1, 3, 5}) {
    for (const size_t size : {1, 3, 5, 7}) {
      for (const size_t stride : {1, 2}) {
        for (const bool split : {false, true}) {
          BottleneckSpec spec;
          spec.kernel_frames = frames;
          spec.kernel_size = size;
          spec.stride = stride;
          spec.split = split;
          spec.causal = drawn % 3 == 0;
          spec.inputs = next(kChannels);
          spec.expanded = next(kChannels);
          spec.outputs = drawn % 2 == 0 ? spec.inputs : next(kChannels);
          spec.squeeze = next(kSqueezes);
          spec.gate = next(kGates);
          spec.activation = next(kActivations);
          spec.pool = stride == 2;
          numbers.Fill(spec, stride == 2 || spec.inputs != spec.outputs);
          const size_t batch = 1 + drawn % 3;
          Clips clips = MakeClips(numbers, spec, next(kGradientSizes), batch, drawn % 5 == 0);
          if (drawn % 4 == 0) clips.scales = {1.25F, 0.0F, 1.0F};
          if (drawn % 4 == 0) clips.scales.resize(batch);
          ExpectGradients(spec, clips, numbers);
        }
      }
    }
  }
}

}  // namespace
}  // namespace movinet::kernels
