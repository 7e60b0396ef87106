#include "kernels/bottleneck.h"

#include <stdexcept>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bottleneck.cc"
#include <hwy/foreach_target.h>

#include "kernels/bottleneck-inl.h"

#if HWY_ONCE
namespace movinet::kernels {
namespace {

HWY_EXPORT(NewBottleneck);

}  // namespace

size_t BottleneckSpec::squeezed() const {
  switch (squeeze) {
    case Squeeze::kNone:
      return 0;
    case Squeeze::kPastAndFrame:
    case Squeeze::kClipAndFrame:
      return 2 * expanded;
    default:
      return expanded;
  }
}

ClipShape BottleneckSpec::OutputShape(const ClipShape& input) const {
  return {(input.height + stride - 1) / stride, (input.width + stride - 1) / stride, input.frames,
          outputs};
}

void BottleneckSpec::DropWeights() {
  for (Weights* weights :
       {&expansion, &depthwise, &temporal, &reduce, &expand, &projection, &skip}) {
    *weights = {};
  }
}

std::string BottleneckSpec::Problem() const {
  if (!AreChannels(inputs) || !AreChannels(expanded) || !AreChannels(outputs))
    return ChannelsProblem();
  if (kernel_frames != 1 && kernel_frames != 3 && kernel_frames != 5)
    return "a kernel has 1, 3 or 5 frames";
  if (kernel_size % 2 == 0 || kernel_size > 7) return "a kernel has 1, 3, 5 or 7 rows and columns";
  if (stride != 1 && stride != 2) return "the stride is 1 or 2";
  if (pool && (stride != 2 || skip.filter.empty()))
    return "means are for a stride of 2 and a projected way around";
  if (skip.filter.empty() && (stride != 1 || inputs != outputs))
    return "the input does not fit the output";
  if (activation == Activation::kNone)
    return "its activation is one of ReLU6, swish and hard swish";
  if (!HasProducts(products)) return "this processor has no products of bfloat16";
  const size_t area = kernel_size * kernel_size;
  if (!expansion.Fits(inputs * expanded, expanded))
    return "the expansion's weights have another size";
  if (!depthwise.Fits(area * (split ? 1 : kernel_frames) * expanded, expanded)) {
    return "the depthwise weights have another size";
  }
  if (split && kernel_frames > 1 && !temporal.Fits(kernel_frames * expanded, expanded)) {
    return "the temporal weights have another size";
  }
  if (!projection.Fits(expanded * outputs, outputs))
    return "the projection's weights have another size";
  if (!skip.filter.empty() && !skip.Fits(inputs * outputs, outputs))
    return "the skip's weights have another size";
  if (squeeze == Squeeze::kNone) return {};
  const size_t hidden = reduce.bias.size();
  if (!AreChannels(hidden)) return ChannelsProblem();
  if (!reduce.Fits(squeezed() * hidden, hidden) || !expand.Fits(hidden * expanded, expanded)) {
    return "the squeeze-excitation's weights have another size";
  }
  return {};
}

std::unique_ptr<Bottleneck> MakeBottleneck(const BottleneckSpec& spec) {
  const std::string problem = spec.Problem();
  if (!problem.empty()) throw std::invalid_argument("A fused bottleneck: " + problem);
  return std::unique_ptr<Bottleneck>(HWY_DYNAMIC_DISPATCH(NewBottleneck)(spec));
}

}  // namespace movinet::kernels
#endif  // HWY_ONCE
