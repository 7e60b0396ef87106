// The fused kernels alone: every block of A0, its stem and its head, on clips of 8 frames of 224².
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/reporting.h"
#include "kernels/bottleneck.h"
#include "kernels/head.h"
#include "kernels/packed.h"
#include "kernels/stem.h"

namespace movinet {
namespace {

using kernels::ClipShape;

constexpr size_t kFrames = 8;
constexpr size_t kSize = 224;
constexpr kernels::Activation kActivation = kernels::Activation::kSwish;

/// Numbers of no meaning, which trained ones cost as much as.
std::vector<float> Values(size_t count, float scale) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = scale * (static_cast<float>(i * 7 % 13) / 6.0F - 1.0F);
  return values;
}

kernels::Weights Layer(size_t inputs, size_t filter, size_t outputs) {
  return {Values(filter, 1.0F / static_cast<float>(inputs)), Values(outputs, 0.1F)};
}

struct Block {
  size_t kernel_frames;
  size_t kernel_size;
  size_t stride;
  size_t expanded;
  size_t outputs;
};

/// A0's, stage by stage.
constexpr Block kBlocks[] = {
    {1, 5, 2, 24, 8},    {3, 3, 2, 80, 32},   {3, 3, 1, 80, 32},   {3, 3, 1, 80, 32},
    {5, 3, 2, 184, 56},  {3, 3, 1, 112, 56},  {3, 3, 1, 184, 56},  {5, 3, 1, 184, 56},
    {3, 3, 1, 184, 56},  {3, 3, 1, 184, 56},  {3, 3, 1, 184, 56},  {5, 3, 2, 384, 104},
    {1, 5, 1, 280, 104}, {1, 5, 1, 280, 104}, {1, 5, 1, 344, 104},
};
constexpr size_t kStemOutputs = 8;
constexpr size_t kHeadOutputs = 480;

kernels::BottleneckSpec SpecOf(const Block& block, size_t inputs) {
  kernels::BottleneckSpec spec;
  spec.inputs = inputs;
  spec.expanded = block.expanded;
  spec.outputs = block.outputs;
  spec.kernel_frames = block.kernel_frames;
  spec.kernel_size = block.kernel_size;
  spec.stride = block.stride;
  spec.activation = kActivation;
  spec.squeeze = kernels::Squeeze::kClip;
  const size_t taps = block.kernel_frames * block.kernel_size * block.kernel_size;
  const size_t hidden = (block.expanded / 4 + 4) / 8 * 8;
  spec.expansion = Layer(inputs, inputs * block.expanded, block.expanded);
  spec.depthwise = Layer(taps, taps * block.expanded, block.expanded);
  spec.reduce = Layer(block.expanded, block.expanded * hidden, hidden);
  spec.expand = Layer(hidden, hidden * block.expanded, block.expanded);
  spec.projection = Layer(block.expanded, block.expanded * block.outputs, block.outputs);
  if (block.stride == 2 || inputs != block.outputs)
    spec.skip = Layer(inputs, inputs * block.outputs, block.outputs);
  spec.pool = block.stride == 2;
  return spec;
}

/// Runs `kernel(batch, input, output)` on as many threads as TensorFlow takes for one operation.
template <class Kernel>
void RunKernel(benchmark::State& state, size_t input_size, size_t output_size,
               const Kernel& kernel) {
  const auto batch = static_cast<size_t>(state.range(0));
  const std::vector<float> input = Values(batch * input_size, 1.0F);
  const kernels::AlignedFloats output = kernels::AllocateFloats(batch * output_size);
  for (auto _ : state) {
    kernel(batch, input.data(), output.get());
    benchmark::ClobberMemory();
  }
  SetRate(state, "clips/s", state.iterations() * state.range(0));
}

void BM_Stem(benchmark::State& state) {
  kernels::StemSpec spec;
  spec.outputs = kStemOutputs;
  spec.activation = kActivation;
  spec.weights = Layer(27, 27 * kStemOutputs, kStemOutputs);
  const ClipShape shape{kSize, kSize, kFrames, spec.inputs};
  const auto stem = kernels::MakeStem(spec);
  RunKernel(state, shape.size(), spec.OutputShape(shape).size(),
            [&](size_t batch, const float* input, float* output) {
              stem->Run(shape, batch, input, output, 0);
            });
}

void BM_Bottleneck(benchmark::State& state, const kernels::BottleneckSpec& spec,
                   const ClipShape& shape) {
  const auto bottleneck = kernels::MakeBottleneck(spec);
  RunKernel(state, shape.size(), spec.OutputShape(shape).size(),
            [&](size_t batch, const float* input, float* output) {
              bottleneck->Run(shape, batch, input, output, {}, 0);
            });
}

void BM_Head(benchmark::State& state, const ClipShape& shape) {
  kernels::HeadSpec spec;
  spec.inputs = shape.channels;
  spec.outputs = kHeadOutputs;
  spec.activation = kActivation;
  spec.weights = Layer(spec.inputs, spec.inputs * spec.outputs, spec.outputs);
  const auto head = kernels::MakeHead(spec);
  RunKernel(state, shape.size(), shape.frames * spec.outputs,
            [&](size_t batch, const float* input, float* output) {
              head->Run(shape, batch, input, output, 0);
            });
}

/// One clip, and the tutorial's batch.
void Register(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("batch")->Arg(1)->Arg(8)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

}  // namespace
}  // namespace movinet

// Not by macros: every block takes what the one before it gives.
int main(int argc, char** argv) {
  using namespace movinet;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  Register(benchmark::RegisterBenchmark("BM_Stem", BM_Stem));
  ClipShape shape{kSize / 2, kSize / 2, kFrames, kStemOutputs};
  size_t number = 0;
  for (const Block& block : kBlocks) {
    const kernels::BottleneckSpec spec = SpecOf(block, shape.channels);
    const std::string name = "BM_Bottleneck/" + std::to_string(number++);
    Register(benchmark::RegisterBenchmark(name.c_str(), [spec, shape](benchmark::State& state) {
      BM_Bottleneck(state, spec, shape);
    }));
    shape = spec.OutputShape(shape);
  }
  Register(benchmark::RegisterBenchmark(
      "BM_Head", [shape](benchmark::State& state) { BM_Head(state, shape); }));
  benchmark::RunSpecifiedBenchmarks();
}
