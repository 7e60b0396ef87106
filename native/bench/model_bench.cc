// Sessions over graphs that others made: which ones, the manifest says (bench/manifest.h).
//
//     model_bench MANIFEST [--benchmark_…]
//     model_bench MANIFEST TRACE_FOLDER
//
// The second form times nothing: it writes what TensorFlow tells of a few runs of each benchmark, a
// serialized RunMetadata a file, TRACE_FOLDER/BENCHMARK-RUN.pb, both counted from 0.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "bench/manifest.h"
#include "bench/prepared_benchmark.h"
#include "bench/reporting.h"

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
  SetRate(state, (entry.unit + "/s").c_str(), state.iterations() * entry.count);
}

constexpr int kTracedRuns = 5;

void TraceManifest(const Manifest& manifest, PreparedBenchmark& prepared,
                   const std::filesystem::path& folder) {
  size_t index = 0;
  for (const BenchmarkEntry& entry : manifest.benchmarks) {
    prepared.Prepare(entry);
    for (int run = 0; run < kTracedRuns; ++run) {
      const auto path = folder / (std::to_string(index) + "-" + std::to_string(run) + ".pb");
      std::ofstream file(path, std::ios::binary);
      file << prepared.Trace();
      file.close();
      if (!file) throw std::runtime_error("Cannot write " + path.string());
    }
    ++index;
  }
}

void RunManifest(const Manifest& manifest, PreparedBenchmark& prepared) {
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
    if (argc != 2 && argc != 3) {
      throw std::invalid_argument("usage: model_bench MANIFEST [TRACE_FOLDER] [--benchmark_...]");
    }
    const movinet::Manifest manifest = movinet::ReadManifest(argv[1]);
    movinet::PreparedBenchmark prepared(
        manifest.config.empty() ? "" : movinet::ReadFile(manifest.config));
    if (argc == 3) {
      movinet::TraceManifest(manifest, prepared, argv[2]);
    } else {
      movinet::RunManifest(manifest, prepared);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
