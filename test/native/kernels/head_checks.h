#pragma once

#include <vector>

#include "kernels/head.h"
#include "kernels/kernel_checks.h"

namespace movinet::kernels {

/// [batch][frames][outputs], in double precision.
inline std::vector<double> Expected(const HeadSpec& spec, const ClipShape& shape, size_t batch,
                                    const std::vector<float>& clips) {
  std::vector<double> values;
  for (size_t i = 0; i < batch; ++i) {
    const reference::Clip out =
        reference::Pointwise(ClipOf(clips, shape, i), spec.weights, spec.activation, spec.products);
    for (size_t t = 0; t < shape.frames; ++t) {
      for (size_t c = 0; c < spec.outputs; ++c) {
        double sum = 0.0;
        for (size_t y = 0; y < shape.height; ++y) {
          for (size_t x = 0; x < shape.width; ++x) sum += out.at(y, x, t, c);
        }
        values.push_back(sum / static_cast<double>(shape.height * shape.width));
      }
    }
  }
  return values;
}

inline HeadSpec MakeSpec(reference::Numbers& numbers, size_t inputs, size_t outputs,
                         Activation activation) {
  HeadSpec spec;
  spec.inputs = inputs;
  spec.outputs = outputs;
  spec.activation = activation;
  spec.weights = numbers.Layer(inputs, inputs * outputs, outputs);
  return spec;
}

}  // namespace movinet::kernels
