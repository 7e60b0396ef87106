#pragma once

#include <cstddef>
#include <vector>

#include "kernels/bottleneck.h"
#include "kernels/gradients/bottleneck_gradient.h"

// A0's layers, with numbers of no meaning for weights.
namespace movinet {

constexpr size_t kFrames = 8;
constexpr size_t kSize = 224;
constexpr kernels::Activation kActivation = kernels::Activation::kSwish;

/// Numbers of no meaning, which trained ones cost as much as.
inline std::vector<float> Values(size_t count, float scale) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = scale * (static_cast<float>(i * 7 % 13) / 6.0F - 1.0F);
  return values;
}

inline kernels::Weights Layer(size_t inputs, size_t filter, size_t outputs) {
  return {Values(filter, 1.0F / static_cast<float>(inputs)), Values(outputs, 0.1F)};
}

struct Block {
  size_t kernel_frames;
  size_t kernel_size;
  size_t stride;
  size_t expanded;
  size_t outputs;
};

/// A0's, stage by stage.
constexpr Block kBlocks[] = {
    {1, 5, 2, 24, 8},    {3, 3, 2, 80, 32},   {3, 3, 1, 80, 32},   {3, 3, 1, 80, 32},
    {5, 3, 2, 184, 56},  {3, 3, 1, 112, 56},  {3, 3, 1, 184, 56},  {5, 3, 1, 184, 56},
    {3, 3, 1, 184, 56},  {3, 3, 1, 184, 56},  {3, 3, 1, 184, 56},  {5, 3, 2, 384, 104},
    {1, 5, 1, 280, 104}, {1, 5, 1, 280, 104}, {1, 5, 1, 344, 104},
};
constexpr size_t kStemOutputs = 8;
constexpr size_t kHeadOutputs = 480;

inline kernels::BottleneckSpec SpecOf(const Block& block, size_t inputs) {
  kernels::BottleneckSpec spec;
  spec.inputs = inputs;
  spec.expanded = block.expanded;
  spec.outputs = block.outputs;
  spec.kernel_frames = block.kernel_frames;
  spec.kernel_size = block.kernel_size;
  spec.stride = block.stride;
  spec.activation = kActivation;
  spec.squeeze = kernels::Squeeze::kClip;
  const size_t taps = block.kernel_frames * block.kernel_size * block.kernel_size;
  const size_t hidden = (block.expanded / 4 + 4) / 8 * 8;
  spec.expansion = Layer(inputs, inputs * block.expanded, block.expanded);
  spec.depthwise = Layer(taps, taps * block.expanded, block.expanded);
  spec.reduce = Layer(block.expanded, block.expanded * hidden, hidden);
  spec.expand = Layer(hidden, hidden * block.expanded, block.expanded);
  spec.projection = Layer(block.expanded, block.expanded * block.outputs, block.outputs);
  if (block.stride == 2 || inputs != block.outputs)
    spec.skip = Layer(inputs, inputs * block.outputs, block.outputs);
  spec.pool = block.stride == 2;
  return spec;
}

/// What the gradient of a bottleneck is computed from, and room for it.
class GradientRun {
 public:
  GradientRun(const kernels::BottleneckSpec& spec, const kernels::ClipShape& shape, size_t batch)
      : input_(Values(batch * shape.size(), 1.0F)),
        output_gradient_(Values(batch * spec.OutputShape(shape).size(), 1.0F)),
        input_gradient_(input_.size()),
        expansion_(spec.expansion),
        depthwise_(spec.depthwise),
        reduce_(spec.reduce),
        expand_(spec.expand),
        projection_(spec.projection),
        skip_(spec.skip) {}

  kernels::BottleneckGradientOperands operands() const {
    return {input_.data(), output_gradient_.data()};
  }
  kernels::BottleneckGradients gradients() {
    kernels::BottleneckGradients to;
    to.input = input_gradient_.data();
    to.expansion = Into(expansion_);
    to.depthwise = Into(depthwise_);
    to.reduce = Into(reduce_);
    to.expand = Into(expand_);
    to.projection = Into(projection_);
    if (!skip_.filter.empty()) to.skip = Into(skip_);
    return to;
  }

 private:
  static kernels::WeightGradient Into(kernels::Weights& weights) {
    return {weights.filter.data(), weights.bias.data()};
  }

  std::vector<float> input_;
  std::vector<float> output_gradient_;
  std::vector<float> input_gradient_;
  // As large as the weights themselves.
  kernels::Weights expansion_;
  kernels::Weights depthwise_;
  kernels::Weights reduce_;
  kernels::Weights expand_;
  kernels::Weights projection_;
  kernels::Weights skip_;
};

}  // namespace movinet
