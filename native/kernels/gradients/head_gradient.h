#pragma once

#include <cstddef>
#include <memory>

#include "kernels/clip_shape.h"
#include "kernels/gradients/weight_gradient.h"
#include "kernels/head.h"

namespace movinet::kernels {

/// The gradients of a head. Its activations are computed once more, a row at a time; in float32,
/// whatever its products are. Safe to use from several threads.
class HeadGradient {
 public:
  virtual ~HeadGradient() = default;

  /// `means_gradient` [batch][frames][outputs]. `input_gradient`: clips of `shape`; nullptr where
  /// nobody needs it. `threads` as of ParallelFor: the results are the same to the last bit. Throws
  /// std::invalid_argument for an empty shape, or another number of inputs.
  virtual void Run(const ClipShape& shape, size_t batch, const float* input,
                   const float* means_gradient, float* input_gradient,
                   const WeightGradient& weights, size_t threads) const = 0;
};

/// Throws std::invalid_argument with the spec's problem.
std::unique_ptr<HeadGradient> MakeHeadGradient(const HeadSpec& spec);

}  // namespace movinet::kernels
