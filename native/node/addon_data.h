#pragma once

#include <napi.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>

#include "common/thread_pool.h"
#include "node/js_queue.h"

namespace movinet {

/// What an environment's objects hold outside of V8's heap. The collector hears of it only beyond
/// what a few batches take: it would go through the whole heap for each of them, though whoever
/// works with batches disposes of them.
class ExternalMemory {
 public:
  static constexpr int64_t kUntold = int64_t{256} << 20;

  void Change(Napi::BasicEnv env, int64_t bytes) {
    const int64_t before = Told();
    held_ += bytes;
    if (Told() != before) Napi::MemoryManagement::AdjustExternalMemory(env, Told() - before);
  }

 private:
  int64_t Told() const { return std::max(held_ - kUntold, int64_t{0}); }

  int64_t held_ = 0;
};

/// What one JavaScript environment (the main thread or a worker) holds of this addon.
struct AddonData {
  std::shared_ptr<JsQueue> queue;
  /// For work on graphs: one piece after the other, as they would wait for one another anyway.
  SerialThread graph_thread;
  /// The JavaScript classes, by their tags.
  std::map<const napi_type_tag*, Napi::FunctionReference> classes;
  /// Objects may outlive all else here.
  std::shared_ptr<ExternalMemory> external_memory = std::make_shared<ExternalMemory>();
  /// What the next object is made of, while `Handle::Create` makes it.
  void* creating = nullptr;
  /// The TypeScript error classes, given by `setErrorClasses`: `new TensorFlowError(message,
  /// code)`.
  Napi::FunctionReference tensor_flow_error;
  /// `new VideoError(message, path)`.
  Napi::FunctionReference video_error;
};

inline AddonData* GetAddonData(Napi::Env env) { return env.GetInstanceData<AddonData>(); }

}  // namespace movinet
