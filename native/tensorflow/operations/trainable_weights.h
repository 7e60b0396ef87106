#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "kernels/gradients/weight_gradient.h"
#include "kernels/weights.h"
#include "tensorflow/operations/kernel_context.h"

// Weights as inputs of an operation, and their gradients as outputs.
namespace movinet {

inline std::vector<float> FloatsOf(const InputTensor& input) {
  const auto* begin = input.data<float>();
  return {begin, begin + TF_TensorElementCount(input.tensor.get())};
}

/// Inputs `index` and the one behind it.
inline kernels::Weights WeightsOf(const KernelContext& context, int index) {
  return {FloatsOf(context.Input(index)), FloatsOf(context.Input(index + 1))};
}

/// Outputs `index` and the one behind it, of the shapes of the weights, inputs `input` and the one
/// behind that.
inline kernels::WeightGradient GradientOf(const KernelContext& context, int index, int input) {
  return {context.AllocateOutput(index, context.Input(input).shape),
          context.AllocateOutput(index + 1, context.Input(input + 1).shape)};
}

}  // namespace movinet
