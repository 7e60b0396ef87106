#include "clips/slot_claims.h"

#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace movinet {
namespace {

std::mutex mutex;

/// Never destroyed, as a thread may outlive everything that is.
std::set<std::pair<const void*, int64_t>>& Claimed() {
  using Set = std::set<std::pair<const void*, int64_t>>;
  static Set* const claimed = std::make_unique<Set>().release();
  return *claimed;
}

}  // namespace

SlotClaims::SlotClaims(const void* batch, std::vector<int64_t> slots)
    : batch_(batch), slots_(std::move(slots)) {
  const std::lock_guard<std::mutex> lock(mutex);
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (Claimed().emplace(batch_, slots_[i]).second) continue;
    Release(i);
    throw std::invalid_argument("Two clips are to be written into slot " +
                                std::to_string(slots_[i]) + " at once");
  }
}

SlotClaims::~SlotClaims() {
  const std::lock_guard<std::mutex> lock(mutex);
  Release(slots_.size());
}

void SlotClaims::Release(size_t count) {
  for (size_t i = 0; i < count; ++i) Claimed().erase({batch_, slots_[i]});
}

}  // namespace movinet
