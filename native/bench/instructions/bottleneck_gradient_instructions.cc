// The gradients of an inverted bottleneck of one clip.
#include <memory>

#include "bench/instructions/counted.h"
#include "bench/instructions/kernel_layers.h"

std::function<void()> Prepare() {
  using namespace movinet;
  // The second block, on less than a whole clip.
  const kernels::ClipShape shape{28, 28, kFrames, kBlocks[0].outputs};
  const kernels::BottleneckSpec spec = SpecOf(kBlocks[1], shape.channels);
  auto gradient =
      std::shared_ptr<kernels::BottleneckGradient>(kernels::MakeBottleneckGradient(spec));
  auto run = std::make_shared<GradientRun>(spec, shape, 1);
  return [gradient, run, shape] { gradient->Run(shape, 1, run->operands(), run->gradients(), 1); };
}
