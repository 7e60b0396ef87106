#pragma once

#include <cstddef>
#include <memory>

#include "kernels/bottleneck.h"
#include "kernels/clip_shape.h"
#include "kernels/gradients/weight_gradient.h"

namespace movinet::kernels {

/// Of all weights that a bottleneck has.
struct BottleneckGradients {
  /// Of the input, [batch] clips of its shape; nullptr where nobody needs it.
  float* input = nullptr;
  /// Of the positions, [frames][squeezed()], where the run has them; nullptr where nobody needs it.
  float* positions = nullptr;
  WeightGradient expansion;
  WeightGradient depthwise;
  WeightGradient temporal;
  WeightGradient reduce;
  WeightGradient expand;
  WeightGradient projection;
  WeightGradient skip;
};

/// What a bottleneck was run with, and the gradient of what it gave.
struct BottleneckGradientOperands {
  const float* input;
  const float* output_gradient;
  /// As of Bottleneck::Run.
  const float* positions = nullptr;
  const float* scales = nullptr;
};

/// The gradients of a bottleneck. What it computed between its input and its output is computed
/// once more, a few rows at a time: of a clip nothing is kept but its input. In float32, whatever
/// the products of the bottleneck are. Safe to use from several threads.
class BottleneckGradient {
 public:
  virtual ~BottleneckGradient() = default;

  /// `gradients`: overwritten. `threads` as of ParallelFor: the results are the same to the last
  /// bit. Throws std::invalid_argument for an empty shape, another number of inputs, or rows of
  /// more than 2^32 values.
  virtual void Run(const ClipShape& shape, size_t batch, const BottleneckGradientOperands& operands,
                   const BottleneckGradients& gradients, size_t threads) const = 0;
};

/// Throws std::invalid_argument with the spec's problem.
std::unique_ptr<BottleneckGradient> MakeBottleneckGradient(const BottleneckSpec& spec);

}  // namespace movinet::kernels
