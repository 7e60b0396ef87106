#include "node/cleanup_hook.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace movinet {

/// The hooks of this process that have not run. Its destructor runs at exit, before those of the
/// libraries that the hooks' threads use, as these were loaded earlier.
class CleanupHook::ExitList {
 public:
  static ExitList& Get() {
    static ExitList list;
    return list;
  }
  ExitList(const ExitList&) = delete;
  ExitList& operator=(const ExitList&) = delete;
  ~ExitList() {
    while (CleanupHook* hook = Last()) hook->Call();
  }

  void Add(CleanupHook* hook) {
    const std::lock_guard<std::mutex> lock(mutex_);
    hooks_.push_back(hook);
  }
  void Remove(CleanupHook* hook) {
    const std::lock_guard<std::mutex> lock(mutex_);
    hooks_.erase(std::remove(hooks_.begin(), hooks_.end(), hook), hooks_.end());
  }

 private:
  ExitList() = default;

  CleanupHook* Last() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return hooks_.empty() ? nullptr : hooks_.back();
  }

  std::mutex mutex_;
  std::vector<CleanupHook*> hooks_;
};

CleanupHook::CleanupHook(Napi::Env env, std::function<void()> function)
    : env_(env), function_(std::move(function)) {
  ExitList::Get().Add(this);
  napi_add_env_cleanup_hook(env_, &CleanupHook::CallOnce, this);
}

CleanupHook::~CleanupHook() {
  if (!function_) return;
  ExitList::Get().Remove(this);
  napi_remove_env_cleanup_hook(env_, &CleanupHook::CallOnce, this);
}

void CleanupHook::CallOnce(void* self) { static_cast<CleanupHook*>(self)->Call(); }

void CleanupHook::Call() {
  ExitList::Get().Remove(this);
  std::exchange(function_, {})();
}

}  // namespace movinet
