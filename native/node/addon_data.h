#pragma once

#include <napi.h>

namespace movinet {

/// What one JavaScript environment (the main thread or a worker) holds of this addon.
struct AddonData {
  Napi::FunctionReference tensor_class;
  Napi::FunctionReference graph_class;
  Napi::FunctionReference session_class;
  Napi::FunctionReference run_plan_class;
  /// The TypeScript error classes, given by `setErrorClasses`: `new TensorFlowError(message,
  /// code)`.
  Napi::FunctionReference tensor_flow_error;
  /// `new VideoError(message, path)`.
  Napi::FunctionReference video_error;
};

inline AddonData* GetAddonData(Napi::Env env) { return env.GetInstanceData<AddonData>(); }

}  // namespace movinet
