#include "node/js_queue.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "node/errors.h"

namespace movinet {
namespace {

/// The queues of all environments, for StopAll(). Never destroyed: a worker may end after
/// everything that is.
struct Registry {
  std::mutex mutex;
  std::vector<std::weak_ptr<JsQueue>> queues;
};

Registry& GetRegistry() {
  static Registry* const registry = std::make_unique<Registry>().release();
  return *registry;
}

std::runtime_error Ending() {
  return std::runtime_error("This JavaScript environment is ending: native work has stopped");
}

}  // namespace

struct JsQueue::Ticket::Promise {
  Promise(std::shared_ptr<JsQueue> its_queue, uint64_t its_id)
      : queue(std::move(its_queue)), id(its_id) {}
  ~Promise() {
    if (settled) return;
    queue->Push(id, [](Napi::Env) -> Napi::Value {
      throw std::runtime_error("The work was given up without a result");
    });
  }
  Promise(const Promise&) = delete;
  Promise& operator=(const Promise&) = delete;

  const std::shared_ptr<JsQueue> queue;
  const uint64_t id;
  std::atomic<bool> settled{false};
};

void JsQueue::Ticket::Settle(Settlement settlement) const {
  if (!promise_->settled.exchange(true)) {
    promise_->queue->Push(promise_->id, std::move(settlement));
  }
}

void JsQueue::Ticket::Fail(std::exception_ptr error) const {
  Settle([error = std::move(error)](Napi::Env) -> Napi::Value { std::rethrow_exception(error); });
}

bool JsQueue::Ticket::settled() const noexcept { return promise_->settled; }

std::shared_ptr<JsQueue> JsQueue::Create(Napi::Env env) {
  std::shared_ptr<JsQueue> queue(new JsQueue());
  // Node may look at the context until the function is finalized.
  auto context = std::make_unique<std::shared_ptr<JsQueue>>(queue);
  const napi_status status = napi_create_threadsafe_function(
      env, nullptr, nullptr, Napi::String::New(env, "movinet"), 0, 1, context.get(),
      [](napi_env, void* data, void*) {
        const std::unique_ptr<std::shared_ptr<JsQueue>> owned(
            static_cast<std::shared_ptr<JsQueue>*>(data));
      },
      context.get(), Wake, &queue->wake_);
  if (status != napi_ok) throw Napi::Error::New(env);
  context.release();
  napi_unref_threadsafe_function(env, queue->wake_);
  // Hooks run last-added first: this one before Node closes the function.
  napi_add_env_cleanup_hook(env, EnvironmentEnds, queue.get());
  Registry& registry = GetRegistry();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  registry.queues.emplace_back(queue);
  return queue;
}

std::pair<Napi::Promise, JsQueue::Ticket> JsQueue::Begin(Napi::Env env) {
  const Napi::Promise::Deferred deferred(env);
  Ticket ticket(std::make_shared<Ticket::Promise>(shared_from_this(), ++last_promise_));
  if (wake_ == nullptr) {
    ticket.promise_->settled = true;
    deferred.Reject(Napi::Error::New(env, Ending().what()).Value());
    return {deferred.Promise(), std::move(ticket)};
  }
  if (promises_.empty()) napi_ref_threadsafe_function(env, wake_);
  promises_.emplace(last_promise_, deferred);
  return {deferred.Promise(), std::move(ticket)};
}

void JsQueue::Push(uint64_t promise, Settlement settlement) {
  // Outlives the lock: where nobody takes it, freeing it may take a while.
  Item item{promise, std::move(settlement)};
  const std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  items_.push_back(std::move(item));
  if (!awake_)
    awake_ = napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking) == napi_ok;
}

void JsQueue::Wake(napi_env env, napi_value, void* context, void*) {
  if (env == nullptr) return;
  const std::shared_ptr<JsQueue> queue = *static_cast<std::shared_ptr<JsQueue>*>(context);
  queue->Deliver(env);
}

void JsQueue::Deliver(Napi::Env env) {
  std::deque<Item> items;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    items.swap(items_);
    awake_ = false;
  }
  for (const Item& item : items) {
    const auto found = promises_.find(item.promise);
    if (found == promises_.end()) continue;
    const Napi::Promise::Deferred deferred = found->second;
    promises_.erase(found);
    if (promises_.empty() && wake_ != nullptr) napi_unref_threadsafe_function(env, wake_);
    try {
      Conclude(env, deferred, item.settlement);
    } catch (const Napi::Error&) {
      // A worker that is being terminated runs no more JavaScript: nobody is left to settle for.
    }
  }
}

void JsQueue::Conclude(Napi::Env env, const Napi::Promise::Deferred& deferred,
                       const Settlement& settlement) {
  const Napi::HandleScope scope(env);
  Napi::Value value;
  try {
    value = settlement(env);
  } catch (...) {
    deferred.Reject(ToJsError(env, std::current_exception()).Value());
    return;
  }
  // Not in the `try`: where even this fails, the promise has been concluded.
  deferred.Resolve(value);
}

void JsQueue::Add(Tracked tracked) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (tracked_.size() == tracked_.capacity()) {
    tracked_.erase(std::remove_if(tracked_.begin(), tracked_.end(),
                                  [](const Tracked& each) { return each.object.expired(); }),
                   tracked_.end());
  }
  tracked_.push_back(std::move(tracked));
}

void JsQueue::Stop() {
  std::vector<Tracked> tracked;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    tracked = tracked_;
  }
  for (const Tracked& each : tracked) each.stop();
}

void JsQueue::StopAll() {
  std::vector<std::weak_ptr<JsQueue>> queues;
  {
    Registry& registry = GetRegistry();
    const std::lock_guard<std::mutex> lock(registry.mutex);
    queues = registry.queues;
  }
  for (const std::weak_ptr<JsQueue>& weak : queues) {
    if (const std::shared_ptr<JsQueue> queue = weak.lock()) queue->Stop();
  }
}

void JsQueue::Shut() {
  std::deque<Item> undelivered;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    undelivered.swap(items_);
  }
  Stop();
  napi_release_threadsafe_function(std::exchange(wake_, nullptr), napi_tsfn_abort);
  Registry& registry = GetRegistry();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  registry.queues.erase(std::remove_if(registry.queues.begin(), registry.queues.end(),
                                       [this](const std::weak_ptr<JsQueue>& weak) {
                                         const std::shared_ptr<JsQueue> queue = weak.lock();
                                         return queue == nullptr || queue.get() == this;
                                       }),
                        registry.queues.end());
}

void JsQueue::EnvironmentEnds(void* data) {
  auto* queue = static_cast<JsQueue*>(data);
  queue->Shut();
  queue->promises_.clear();
}

void JsQueue::Close(Napi::Env env) {
  if (wake_ == nullptr) return;
  napi_remove_env_cleanup_hook(env, EnvironmentEnds, this);
  Shut();
  const auto promises = std::exchange(promises_, {});
  const Napi::Value reason = Napi::Error::New(env, Ending().what()).Value();
  for (const auto& [id, deferred] : promises) deferred.Reject(reason);
}

}  // namespace movinet
