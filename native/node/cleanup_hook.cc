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
    while (CleanupHook* hook = Last(nullptr)) hook->Call();
  }

  void Add(CleanupHook* hook) {
    const std::lock_guard<std::mutex> lock(mutex_);
    hooks_.push_back(hook);
  }
  /// The last added of an environment, or of all for nullptr.
  CleanupHook* Last(napi_env env) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = std::find_if(hooks_.rbegin(), hooks_.rend(), [env](const CleanupHook* hook) {
      return env == nullptr || static_cast<napi_env>(hook->env_) == env;
    });
    return found == hooks_.rend() ? nullptr : *found;
  }
  void Remove(CleanupHook* hook) {
    const std::lock_guard<std::mutex> lock(mutex_);
    hooks_.erase(std::remove(hooks_.begin(), hooks_.end(), hook), hooks_.end());
  }

 private:
  ExitList() = default;

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

void CleanupHook::CallAll(Napi::Env env) {
  while (CleanupHook* hook = ExitList::Get().Last(env)) {
    napi_remove_env_cleanup_hook(env, &CleanupHook::CallOnce, hook);
    hook->Call();
  }
}

void CleanupHook::CallOnce(void* self) { static_cast<CleanupHook*>(self)->Call(); }

void CleanupHook::Call() {
  ExitList::Get().Remove(this);
  std::exchange(function_, {})();
}

}  // namespace movinet
