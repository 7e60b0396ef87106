#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace movinet {

/// The right to write some slots of a batch, while it lives: no two calls of this process may
/// write the same memory at once.
class SlotClaims {
 public:
  /// Throws std::invalid_argument for a slot that is claimed, here or elsewhere.
  SlotClaims(const void* batch, std::vector<int64_t> slots);
  ~SlotClaims();
  SlotClaims(const SlotClaims&) = delete;
  SlotClaims& operator=(const SlotClaims&) = delete;

 private:
  void Release(size_t count);

  const void* batch_;
  std::vector<int64_t> slots_;
};

}  // namespace movinet
