#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "kernels/bottleneck.h"
#include "kernels/weights.h"

// Gradients are computed in whole vectors of channels: where there are fewer, their weights are
// zeros, and so is all that comes of them.
namespace movinet::kernels {

inline size_t WholeVectors(size_t channels, size_t lanes) {
  return (channels + lanes - 1) / lanes * lanes;
}

/// [rows][columns] as [padded_rows][padded_columns].
inline std::vector<float> PadMatrix(const std::vector<float>& matrix, size_t columns,
                                    size_t padded_rows, size_t padded_columns) {
  std::vector<float> padded(padded_rows * padded_columns, 0.0F);
  for (size_t i = 0; i < matrix.size(); ++i)
    padded[i / columns * padded_columns + i % columns] = matrix[i];
  return padded;
}

/// A layer's outputs, and as many inputs as there are then.
inline void PadWeights(Weights& weights, size_t inputs, size_t outputs) {
  if (weights.bias.empty()) return;
  const size_t columns = weights.bias.size();
  weights.filter = PadMatrix(weights.filter, columns, inputs, outputs);
  weights.bias.resize(outputs, 0.0F);
}

/// The filter [outputs, inputs] of the way back, without a bias.
inline Weights Transposed(const Weights& weights, size_t inputs, size_t outputs) {
  Weights back{std::vector<float>(weights.filter.size()), std::vector<float>(inputs, 0.0F)};
  for (size_t i = 0; i < inputs; ++i) {
    for (size_t o = 0; o < outputs; ++o)
      back.filter[o * inputs + i] = weights.filter[i * outputs + o];
  }
  return back;
}

/// The same bottleneck with whole vectors of expanded and hidden channels.
inline BottleneckSpec PadChannels(BottleneckSpec spec, size_t lanes) {
  const size_t channels = spec.expanded;
  const size_t parts = channels == 0 ? 0 : spec.squeezed() / channels;
  const size_t expanded = WholeVectors(channels, lanes);
  const size_t hidden = WholeVectors(spec.reduce.bias.size(), lanes);
  const size_t taps = channels == 0 ? 0 : spec.depthwise.filter.size() / channels;
  PadWeights(spec.expansion, spec.inputs, expanded);
  PadWeights(spec.depthwise, taps, expanded);
  PadWeights(spec.temporal, spec.kernel_frames, expanded);
  spec.projection.filter.resize(expanded * spec.outputs, 0.0F);
  if (spec.squeeze != Squeeze::kNone) {
    const size_t narrow = spec.reduce.bias.size();
    std::vector<float> reduce;
    for (size_t part = 0; part < parts; ++part) {
      const auto from =
          spec.reduce.filter.begin() + static_cast<std::ptrdiff_t>(part * channels * narrow);
      const std::vector<float> rows(from, from + static_cast<std::ptrdiff_t>(channels * narrow));
      const std::vector<float> padded = PadMatrix(rows, narrow, expanded, hidden);
      reduce.insert(reduce.end(), padded.begin(), padded.end());
    }
    spec.reduce.filter = std::move(reduce);
    spec.reduce.bias.resize(hidden, 0.0F);
    PadWeights(spec.expand, hidden, expanded);
  }
  spec.expanded = expanded;
  return spec;
}

}  // namespace movinet::kernels
