// Sessions over graphs that others made: which ones, the manifest says (bench/manifest.h).
//
//     model_bench MANIFEST [--benchmark_…]
#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "bench/manifest.h"
#include "bench/prepared_benchmark.h"
#include "bench/rate.h"

namespace movinet {
namespace {

void RunEntry(benchmark::State& state, const BenchmarkEntry& entry, PreparedBenchmark& prepared) {
  try {
    prepared.Prepare(entry);
    for (auto _ : state) benchmark::DoNotOptimize(prepared.Run());
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
    return;
  }
  SetRate(state, "clips/s", state.iterations() * entry.clips);
}

void RunManifest(const std::string& path) {
  const Manifest manifest = ReadManifest(path);
  PreparedBenchmark prepared(manifest.config.empty() ? "" : ReadFile(manifest.config));
  for (const BenchmarkEntry& entry : manifest.benchmarks) {
    benchmark::RegisterBenchmark(
        entry.name.c_str(),
        [&entry, &prepared](benchmark::State& state) { RunEntry(state, entry, prepared); })
        ->MeasureProcessCPUTime()
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::RunSpecifiedBenchmarks();
  // They refer to what ends here.
  benchmark::ClearRegisteredBenchmarks();
}

}  // namespace
}  // namespace movinet

int main(int argc, char** argv) {
  try {
    benchmark::Initialize(&argc, argv);
    if (argc != 2) throw std::invalid_argument("usage: model_bench MANIFEST [--benchmark_...]");
    movinet::RunManifest(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
