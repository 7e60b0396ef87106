#pragma once

#include <napi.h>

#include <algorithm>
#include <cstdint>

namespace movinet {

/// What an environment's objects hold outside of V8's heap. The collector hears of it only beyond
/// what a few batches take: it would go through the whole heap for each of them, though whoever
/// works with batches disposes of them.
class ExternalMemory {
 public:
  static constexpr int64_t kUntold = int64_t{256} << 20;

  void Change(Napi::BasicEnv env, int64_t bytes) {
    const int64_t before = Told();
    held_ += bytes;
    if (Told() != before) Napi::MemoryManagement::AdjustExternalMemory(env, Told() - before);
  }

 private:
  int64_t Told() const { return std::max(held_ - kUntold, int64_t{0}); }

  int64_t held_ = 0;
};

}  // namespace movinet
