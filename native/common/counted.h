#pragma once

#include <atomic>
#include <cstdint>

namespace movinet {

/// Counts the objects of a class that are alive in this process, for leak tests. Derive from
/// `Counted<Class>`.
template <typename T>
class Counted {
 public:
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  static int64_t live_count() noexcept { return live_.load(std::memory_order_relaxed); }

 private:
  friend T;
  Counted() noexcept { live_.fetch_add(1, std::memory_order_relaxed); }
  ~Counted() { live_.fetch_sub(1, std::memory_order_relaxed); }

  static inline std::atomic<int64_t> live_{0};
};

}  // namespace movinet
