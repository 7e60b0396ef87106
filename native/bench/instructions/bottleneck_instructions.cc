// An inverted bottleneck of one clip, computed by fused kernels.
#include <memory>

#include "bench/instructions/counted.h"
#include "bench/instructions/kernel_layers.h"

std::function<void()> Prepare() {
  using namespace movinet;
  // The second block, on less than a whole clip.
  const kernels::ClipShape shape{28, 28, kFrames, kBlocks[0].outputs};
  const kernels::BottleneckSpec spec = SpecOf(kBlocks[1], shape.channels);
  auto bottleneck = std::shared_ptr<kernels::Bottleneck>(kernels::MakeBottleneck(spec));
  return [bottleneck, shape, input = Values(shape.size(), 1.0F),
          output = std::vector<float>(spec.OutputShape(shape).size())]() mutable {
    bottleneck->Run(shape, 1, input.data(), output.data(), {}, 1);
  };
}
