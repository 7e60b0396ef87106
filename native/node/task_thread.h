#pragma once

#include <napi.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "node/cleanup_hook.h"
#include "node/errors.h"

namespace movinet {

/// One thread of its own that does work in order and settles a promise for each piece on the
/// JavaScript thread. libuv's pool is left alone: its four threads also serve file and DNS calls.
/// The event loop stays alive while work is under way, and only then.
class TaskThread {
 public:
  TaskThread(Napi::Env env, const char* name);
  /// Waits for the work under way; work still queued is dropped (its promises never settle, as the
  /// owner is gone).
  ~TaskThread();
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  /// `work` runs on the thread and must pin all it reads; `convert(env, result)` runs on the
  /// JavaScript thread.
  template <typename Work, typename Convert>
  Napi::Promise Post(Napi::Env env, Work work, Convert convert) {
    using Result = decltype(work());
    auto deferred = std::make_shared<Napi::Promise::Deferred>(env);
    const Napi::Promise promise = deferred->Promise();
    // std::function asks for copyable callables, so what is moved in lives behind shared pointers.
    auto shared_work = std::make_shared<Work>(std::move(work));
    auto shared_convert = std::make_shared<Convert>(std::move(convert));
    Enqueue(env, [shared_work, shared_convert, deferred]() -> Settle {
      try {
        auto result = std::make_shared<Result>((*shared_work)());
        return [result, shared_convert, deferred](Napi::Env settle_env) {
          try {
            deferred->Resolve((*shared_convert)(settle_env, std::move(*result)));
          } catch (...) {
            deferred->Reject(ToJsError(settle_env, std::current_exception()).Value());
          }
        };
      } catch (...) {
        const std::exception_ptr error = std::current_exception();
        // `convert` may own this very thread, so it too is let go of on the JavaScript thread.
        return [error, shared_convert, deferred](Napi::Env settle_env) {
          deferred->Reject(ToJsError(settle_env, error).Value());
        };
      }
    });
    return promise;
  }

 private:
  using Settle = std::function<void(Napi::Env)>;
  using Task = std::function<Settle()>;

  /// What the settling callbacks share with the thread, alive until the last of both is gone.
  struct Shared;

  void Enqueue(Napi::Env env, Task task);
  void Run();
  void Stop();

  std::shared_ptr<Shared> shared_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::thread thread_;
  std::optional<CleanupHook> hook_;
};

}  // namespace movinet
