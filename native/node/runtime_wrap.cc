#include "node/runtime_wrap.h"

#include "node/addon_data.h"
#include "node/cleanup_hook.h"
#include "tensorflow/graph.h"
#include "tensorflow/runtime.h"
#include "tensorflow/session.h"
#include "tensorflow/tensor.h"

namespace movinet {
namespace {

Napi::Value Version(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), TensorFlowVersion());
}

Napi::Value LiveCounts(const Napi::CallbackInfo& info) {
  Napi::Object counts = Napi::Object::New(info.Env());
  counts.Set("tensors", static_cast<double>(Tensor::live_count()));
  counts.Set("graphs", static_cast<double>(Graph::live_count()));
  counts.Set("sessions", static_cast<double>(Session::live_count()));
  return counts;
}

void SetErrorClasses(const Napi::CallbackInfo& info) {
  const Napi::Object classes = info[0].As<Napi::Object>();
  AddonData* data = GetAddonData(info.Env());
  data->tensor_flow_error = Napi::Persistent(classes.Get("TensorFlowError").As<Napi::Function>());
  data->video_error = Napi::Persistent(classes.Get("VideoError").As<Napi::Function>());
}

void StopThreads(const Napi::CallbackInfo& info) { CleanupHook::CallAll(info.Env()); }

}  // namespace

void InitRuntime(Napi::Env env, Napi::Object exports) {
  exports.Set("tensorFlowVersion", Napi::Function::New(env, Version));
  exports.Set("liveCounts", Napi::Function::New(env, LiveCounts));
  exports.Set("stopThreads", Napi::Function::New(env, StopThreads));
  exports.Set("setErrorClasses", Napi::Function::New(env, SetErrorClasses));
}

}  // namespace movinet
