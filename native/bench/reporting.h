#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>

namespace movinet {

/// Reports `total`, counted over all iterations, as a rate. `unit`: `clips/s`, `frames/s`, …
inline void SetRate(benchmark::State& state, const char* unit, int64_t total) {
  state.counters[unit] =
      benchmark::Counter(static_cast<double>(total), benchmark::Counter::kIsRate);
}

/// A benchmark that this machine cannot run, and why.
class SkippedBenchmark : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs `body`. What it lacks is reported as left out, what it throws else as failed: the reader
/// of the report (scripts/bench/results.ts) tells them apart by the word before the reason.
template <typename Body>
void RunOrSkip(benchmark::State& state, Body body) {
  try {
    body();
  } catch (const SkippedBenchmark& reason) {
    state.SkipWithError((std::string("skipped: ") + reason.what()).c_str());
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

}  // namespace movinet
