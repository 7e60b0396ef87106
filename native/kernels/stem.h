#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "kernels/activation.h"
#include "kernels/clip_shape.h"
#include "kernels/weights.h"

namespace movinet::kernels {

/// A dense convolution of each frame of a clip, which then has the layout of ClipShape. Padding is
/// `SAME`.
struct StemSpec {
  size_t inputs = 3;
  size_t outputs = 0;
  /// Rows and columns, up to 7.
  size_t kernel_size = 3;
  size_t stride = 2;
  Activation activation = Activation::kRelu6;
  /// [rows, columns, inputs, outputs].
  Weights weights;

  /// Empty, or what no kernel can do.
  std::string Problem() const;
  ClipShape OutputShape(const ClipShape& input) const;
};

/// Ready to run, its weights laid out for this processor. Safe to use from several threads.
class Stem {
 public:
  virtual ~Stem() = default;

  /// `input` [batch][frames][height][width][inputs] → `output`, clips of OutputShape. `threads` as
  /// of ParallelFor. Throws std::invalid_argument for an empty shape, or another number of inputs.
  virtual void Run(const ClipShape& input_shape, size_t batch, const float* input, float* output,
                   size_t threads) const = 0;
};

/// Throws std::invalid_argument with the spec's problem.
std::unique_ptr<Stem> MakeStem(const StemSpec& spec);

}  // namespace movinet::kernels
