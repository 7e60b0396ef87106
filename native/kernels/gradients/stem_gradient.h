#pragma once

#include <cstddef>
#include <memory>

#include "kernels/clip_shape.h"
#include "kernels/gradients/weight_gradient.h"
#include "kernels/stem.h"

namespace movinet::kernels {

/// The gradient of a stem's weights: its input is the clips themselves, which learn nothing. Its
/// activations are computed once more, a row at a time. Safe to use from several threads.
class StemGradient {
 public:
  virtual ~StemGradient() = default;

  /// `input` as of Stem::Run; `output_gradient`: clips of OutputShape. `threads` as of ParallelFor:
  /// the results are the same to the last bit. Throws std::invalid_argument for an empty shape, or
  /// another number of inputs.
  virtual void Run(const ClipShape& input_shape, size_t batch, const float* input,
                   const float* output_gradient, const WeightGradient& weights,
                   size_t threads) const = 0;
};

/// Throws std::invalid_argument with the spec's problem.
std::unique_ptr<StemGradient> MakeStemGradient(const StemSpec& spec);

}  // namespace movinet::kernels
