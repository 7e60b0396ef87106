#pragma once

namespace movinet::kernels {

/// Where the gradient of a convolution's weights goes, laid out as they are.
struct WeightGradient {
  float* filter = nullptr;
  float* bias = nullptr;
};

}  // namespace movinet::kernels
