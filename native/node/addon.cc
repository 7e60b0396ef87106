#include <napi.h>

#include "node/addon_data.h"
#include "node/graph_wrap.h"
#include "node/runtime_wrap.h"
#include "node/session_wrap.h"
#include "node/tensor_wrap.h"
#include "node/video_wrap.h"

namespace movinet {
namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto data = std::make_unique<AddonData>();
  data->tensor_class = Napi::Persistent(TensorWrap::Define(env));
  data->graph_class = Napi::Persistent(GraphWrap::Define(env));
  data->session_class = Napi::Persistent(SessionWrap::Define(env));
  data->run_plan_class = Napi::Persistent(RunPlanWrap::Define(env));
  exports.Set("Graph", data->graph_class.Value());
  exports.Set("Session", data->session_class.Value());
  env.SetInstanceData(data.release());

  exports.Set("createTensor", Napi::Function::New(env, CreateTensor));
  exports.Set("createStringTensor", Napi::Function::New(env, CreateStringTensor));
  exports.Set("loadSavedModel", Napi::Function::New(env, LoadSavedModel));
  InitRuntime(env, exports);
  return InitVideo(env, exports);
}

}  // namespace

NODE_API_MODULE(movinet_native, Init)

}  // namespace movinet
