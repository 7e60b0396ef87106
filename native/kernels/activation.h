#pragma once

namespace movinet::kernels {

/// What follows a convolution, value by value.
enum class Activation {
  kNone,
  /// min(max(x, 0), 6).
  kRelu6,
  /// x · sigmoid(x).
  kSwish,
  /// x · relu6(x + 3) / 6.
  kHardSwish,
};

}  // namespace movinet::kernels
