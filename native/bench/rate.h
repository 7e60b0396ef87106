#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace movinet {

/// Reports `total`, counted over all iterations, as a rate. `unit`: `clips/s`, `frames/s`, …
inline void SetRate(benchmark::State& state, const char* unit, int64_t total) {
  state.counters[unit] =
      benchmark::Counter(static_cast<double>(total), benchmark::Counter::kIsRate);
}

}  // namespace movinet
