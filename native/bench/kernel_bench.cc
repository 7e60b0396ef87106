// The fused kernels alone: every block of A0 and its gradient, its stem and its head, on clips of 8
// frames of 224².
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/instructions/kernel_layers.h"
#include "bench/reporting.h"
#include "kernels/bottleneck.h"
#include "kernels/gradients/bottleneck_gradient.h"
#include "kernels/head.h"
#include "kernels/packed.h"
#include "kernels/stem.h"

namespace movinet {
namespace {

using kernels::ClipShape;

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

void BM_BottleneckGradient(benchmark::State& state, const kernels::BottleneckSpec& spec,
                           const ClipShape& shape) {
  const auto kernel = kernels::MakeBottleneckGradient(spec);
  const auto batch = static_cast<size_t>(state.range(0));
  GradientRun run(spec, shape, batch);
  for (auto _ : state) {
    kernel->Run(shape, batch, run.operands(), run.gradients(), 0);
    benchmark::ClobberMemory();
  }
  SetRate(state, "clips/s", state.iterations() * state.range(0));
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
    const std::string gradient = "BM_BottleneckGradient/" + std::to_string(number - 1);
    Register(benchmark::RegisterBenchmark(gradient.c_str(), [spec, shape](benchmark::State& state) {
      BM_BottleneckGradient(state, spec, shape);
    }));
    shape = spec.OutputShape(shape);
  }
  Register(benchmark::RegisterBenchmark(
      "BM_Head", [shape](benchmark::State& state) { BM_Head(state, shape); }));
  benchmark::RunSpecifiedBenchmarks();
}
