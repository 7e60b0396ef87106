#pragma once

#include <napi.h>

#include <map>
#include <memory>

#include "common/thread_pool.h"
#include "node/external_memory.h"
#include "node/js_queue.h"

namespace movinet {

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
