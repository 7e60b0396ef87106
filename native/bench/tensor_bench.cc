// Tensors as memory: what it costs to make, fill, read and free one, without a session.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "tensorflow/tensor.h"

namespace movinet {
namespace {

/// Clips of 8 frames of 224², float32: 1 is one clip, 8 the tutorial's batch.
std::vector<int64_t> ClipsShape(int64_t clips) { return {clips, 8, 224, 224, 3}; }

void SetBytes(benchmark::State& state, int64_t bytes_per_iteration) {
  state.SetBytesProcessed(state.iterations() * bytes_per_iteration);
}

/// A zero-filled tensor made and freed.
void BM_AllocateTensor(benchmark::State& state) {
  const std::vector<int64_t> shape = ClipsShape(state.range(0));
  size_t bytes = 0;
  for (auto _ : state) {
    const auto tensor = Tensor::Allocate(TF_FLOAT, shape);
    benchmark::DoNotOptimize(tensor->data());
    bytes = tensor->byte_size();
  }
  SetBytes(state, static_cast<int64_t>(bytes));
}
BENCHMARK(BM_AllocateTensor)
    ->ArgName("clips")
    ->Arg(1)
    ->Arg(8)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

/// A scalar made and freed: the cost that does not depend on the size.
void BM_AllocateScalar(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Tensor::Allocate(TF_FLOAT, {}));
}
BENCHMARK(BM_AllocateScalar)->UseRealTime()->Unit(benchmark::kNanosecond);

/// Made, every value written, every value read, freed.
void BM_TensorRoundTrip(benchmark::State& state) {
  const std::vector<int64_t> shape = ClipsShape(state.range(0));
  size_t bytes = 0;
  for (auto _ : state) {
    const auto tensor = Tensor::Allocate(TF_FLOAT, shape);
    auto* const values = static_cast<float*>(tensor->data());
    std::iota(values, values + tensor->element_count(), 0.0F);
    benchmark::ClobberMemory();
    benchmark::DoNotOptimize(std::accumulate(values, values + tensor->element_count(), 0.0F));
    bytes = tensor->byte_size();
  }
  SetBytes(state, static_cast<int64_t>(bytes));
}
BENCHMARK(BM_TensorRoundTrip)
    ->ArgName("clips")
    ->Arg(1)
    ->Arg(8)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// Strings written into a tensor and read back, as class names and paths are.
void BM_StringTensorRoundTrip(benchmark::State& state) {
  const int64_t count = state.range(0);
  const std::vector<std::string> values(static_cast<size_t>(count),
                                        "videos/ucf101/v_ApplyEyeMakeup_g01_c01.avi");
  for (auto _ : state) {
    benchmark::DoNotOptimize(Tensor::FromStrings(values, {count})->strings());
  }
}
BENCHMARK(BM_StringTensorRoundTrip)
    ->ArgName("strings")
    ->Arg(600)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace movinet
