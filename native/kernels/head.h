#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "kernels/activation.h"
#include "kernels/clip_shape.h"
#include "kernels/products.h"
#include "kernels/weights.h"

namespace movinet::kernels {

/// A convolution of one pixel, and the mean of each frame.
struct HeadSpec {
  size_t inputs = 0;
  size_t outputs = 0;
  Activation activation = Activation::kRelu6;
  Products products = Products::kFloat32;
  /// [inputs, outputs].
  Weights weights;

  /// Empty, or what no kernel can do.
  std::string Problem() const;
};

/// Ready to run, its weights laid out for this processor. Safe to use from several threads.
class Head {
 public:
  virtual ~Head() = default;

  /// `input`, clips of `shape` → `output` [batch][frames][outputs]. `threads` as of ParallelFor.
  /// Throws std::invalid_argument for an empty shape, or another number of inputs.
  virtual void Run(const ClipShape& shape, size_t batch, const float* input, float* output,
                   size_t threads) const = 0;
};

/// Throws std::invalid_argument with the spec's problem.
std::unique_ptr<Head> MakeHead(const HeadSpec& spec);

}  // namespace movinet::kernels
