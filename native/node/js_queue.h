#pragma once

#include <napi.h>
#include <node_api.h>

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace movinet {

/// The one way back to JavaScript of an environment (the main thread or a worker). It owns every
/// promise that is not settled and every result that is not delivered; the thread-safe function of
/// Node-API is its wake-up only. When the environment ends, what is under way is stopped, and what
/// was not delivered is freed. The event loop stays alive while a promise is open, and only then.
class JsQueue : public std::enable_shared_from_this<JsQueue> {
 public:
  /// Makes the value to resolve with, on the JavaScript thread; what it throws rejects. Freed on
  /// any thread, so it must hold nothing of JavaScript's.
  using Settlement = std::function<Napi::Value(Napi::Env)>;

  /// The right to settle one promise, once, from any thread; later calls are ignored. Where the
  /// last copy goes without a call, the promise is rejected.
  class Ticket {
   public:
    void Settle(Settlement settlement) const;
    void Fail(std::exception_ptr error) const;
    bool settled() const noexcept;

   private:
    friend class JsQueue;
    struct Promise;
    explicit Ticket(std::shared_ptr<Promise> promise) : promise_(std::move(promise)) {}

    std::shared_ptr<Promise> promise_;
  };

  static std::shared_ptr<JsQueue> Create(Napi::Env env);
  JsQueue(const JsQueue&) = delete;
  JsQueue& operator=(const JsQueue&) = delete;
  ~JsQueue() = default;

  /// A new promise. After Close() it is rejected already. On the JavaScript thread.
  std::pair<Napi::Promise, Ticket> Begin(Napi::Env env);

  /// `stop(object)` makes what the object does end soon; called from any thread when this
  /// environment or the process ends while the object is alive. On the JavaScript thread.
  template <typename Object, typename Stop>
  void Track(const std::shared_ptr<Object>& object, const Stop& stop) {
    const std::weak_ptr<Object> weak = object;
    Add({weak, [weak, stop] {
           if (const std::shared_ptr<Object> alive = weak.lock()) stop(*alive);
         }});
  }

  /// Stops all that is tracked, and rejects every open promise; calls after it are rejected. On the
  /// JavaScript thread, while it may still run JavaScript.
  void Close(Napi::Env env);

  /// Stops all that is tracked in every environment of the process.
  static void StopAll();

 private:
  struct Item {
    uint64_t promise;
    Settlement settlement;
  };
  struct Tracked {
    std::weak_ptr<void> object;
    std::function<void()> stop;
  };

  JsQueue() = default;

  static void Wake(napi_env env, napi_value, void* context, void*);
  static void EnvironmentEnds(void* data);
  void Push(uint64_t promise, Settlement settlement);
  void Deliver(Napi::Env env);
  static void Conclude(Napi::Env env, const Napi::Promise::Deferred& deferred,
                       const Settlement& settlement);
  void Add(Tracked tracked);
  void Stop();
  void Shut();

  std::mutex mutex_;
  std::deque<Item> items_;
  std::vector<Tracked> tracked_;
  bool awake_ = false;
  bool closed_ = false;

  /// None once closed. Other threads call it only under the mutex, and not once closed.
  napi_threadsafe_function wake_ = nullptr;
  /// On the JavaScript thread only, as the promises.
  uint64_t last_promise_ = 0;
  std::unordered_map<uint64_t, Napi::Promise::Deferred> promises_;
};

}  // namespace movinet
