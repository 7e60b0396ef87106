#pragma once

#include <vector>

#include "kernels/kernel_checks.h"
#include "kernels/stem.h"

namespace movinet::kernels {

/// `clips` [batch][frames][height][width][inputs], in double precision.
inline std::vector<double> Expected(const StemSpec& spec, const ClipShape& shape, size_t batch,
                                    const std::vector<float>& clips) {
  const SamePadding down(shape.height, spec.kernel_size, spec.stride);
  const SamePadding across(shape.width, spec.kernel_size, spec.stride);
  const auto input = [&](size_t clip, size_t t, size_t y, size_t x, size_t c) {
    // Rows and columns of the padded frame; what lies in front of 0 is past every end.
    const size_t row = y - down.before;
    const size_t column = x - across.before;
    if (row >= shape.height || column >= shape.width) return 0.0;
    const size_t frame = clip * shape.frames + t;
    return static_cast<double>(
        clips[((frame * shape.height + row) * shape.width + column) * spec.inputs + c]);
  };
  std::vector<double> values;
  for (size_t clip = 0; clip < batch; ++clip) {
    for (size_t y = 0; y < down.outputs; ++y) {
      for (size_t x = 0; x < across.outputs; ++x) {
        for (size_t t = 0; t < shape.frames; ++t) {
          for (size_t o = 0; o < spec.outputs; ++o) {
            double sum = spec.weights.bias[o];
            size_t weight = o;
            for (size_t ky = 0; ky < spec.kernel_size; ++ky) {
              for (size_t kx = 0; kx < spec.kernel_size; ++kx) {
                for (size_t c = 0; c < spec.inputs; ++c, weight += spec.outputs) {
                  sum += spec.weights.filter[weight] *
                         input(clip, t, y * spec.stride + ky, x * spec.stride + kx, c);
                }
              }
            }
            values.push_back(reference::Activate(spec.activation, sum));
          }
        }
      }
    }
  }
  return values;
}

inline StemSpec MakeSpec(reference::Numbers& numbers, size_t kernel_size, size_t stride,
                         size_t outputs, Activation activation) {
  StemSpec spec;
  spec.outputs = outputs;
  spec.kernel_size = kernel_size;
  spec.stride = stride;
  spec.activation = activation;
  const size_t taps = kernel_size * kernel_size * spec.inputs;
  spec.weights = numbers.Layer(taps, taps * outputs, outputs);
  return spec;
}

}  // namespace movinet::kernels
