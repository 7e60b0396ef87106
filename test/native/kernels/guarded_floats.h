#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace movinet::kernels {

/// On which side of the floats a page begins that nobody may read or write.
enum class Guard { kInFront, kBehind };

/// Floats at the edge of their memory: whoever reads or writes past it ends the process.
class GuardedFloats {
 public:
  /// NaN each.
  GuardedFloats(size_t count, Guard guard)
      : count_(count),
        bytes_(RoundUp(count * sizeof(float)) + 2 * Page()),
        memory_(mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    const size_t inside = bytes_ - 2 * Page();
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    char* const begin = static_cast<char*>(memory_) + Page();
    if (inside > 0 && mprotect(begin, inside, PROT_READ | PROT_WRITE) != 0) {
      munmap(memory_, bytes_);
      throw std::bad_alloc();
    }
    floats_ = reinterpret_cast<float*>(
        begin + (guard == Guard::kInFront ? 0 : inside - count * sizeof(float)));
    std::fill_n(floats_, count, std::numeric_limits<float>::quiet_NaN());
  }
  GuardedFloats(const std::vector<float>& values, Guard guard)
      : GuardedFloats(values.size(), guard) {
    std::copy(values.begin(), values.end(), floats_);
  }
  ~GuardedFloats() { munmap(memory_, bytes_); }
  GuardedFloats(const GuardedFloats&) = delete;
  GuardedFloats& operator=(const GuardedFloats&) = delete;

  float* data() { return floats_; }
  std::vector<float> values() const { return {floats_, floats_ + count_}; }

 private:
  static size_t Page() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }
  static size_t RoundUp(size_t bytes) { return (bytes + Page() - 1) / Page() * Page(); }

  size_t count_;
  size_t bytes_;
  void* memory_;
  float* floats_ = nullptr;
};

}  // namespace movinet::kernels
