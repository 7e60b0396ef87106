#pragma once

#include <napi.h>

#include <functional>
#include <utility>

namespace movinet {

/// Calls a function on the JavaScript thread when its environment ends, or the process exits,
/// before this object does: `process.exit()` ends the process without ending the environment. Of
/// several hooks the last added runs first.
class CleanupHook {
 public:
  CleanupHook(Napi::Env env, std::function<void()> function);
  ~CleanupHook();
  CleanupHook(const CleanupHook&) = delete;
  CleanupHook& operator=(const CleanupHook&) = delete;

  /// Calls the functions of all hooks of an environment now. For the `exit` event: later, at exit,
  /// libraries destroy what they made after the first hook, and threads may still use it.
  static void CallAll(Napi::Env env);

 private:
  class ExitList;

  static void CallOnce(void* self);
  void Call();

  Napi::Env env_;
  std::function<void()> function_;
};

}  // namespace movinet
