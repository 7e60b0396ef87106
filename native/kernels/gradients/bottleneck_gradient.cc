#include "kernels/gradients/bottleneck_gradient.h"

#include <stdexcept>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gradients/bottleneck_gradient.cc"
#include <hwy/foreach_target.h>

#include "kernels/gradients/simd/bottleneck_gradient-inl.h"

#if HWY_ONCE
namespace movinet::kernels {
namespace {

HWY_EXPORT(NewBottleneckGradient);

}  // namespace

std::unique_ptr<BottleneckGradient> MakeBottleneckGradient(const BottleneckSpec& spec) {
  const std::string problem = spec.Problem();
  if (!problem.empty())
    throw std::invalid_argument("The gradient of a fused bottleneck: " + problem);
  return std::unique_ptr<BottleneckGradient>(HWY_DYNAMIC_DISPATCH(NewBottleneckGradient)(spec));
}

}  // namespace movinet::kernels
#endif  // HWY_ONCE
