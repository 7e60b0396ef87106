#include "node/session_wrap.h"

#include <string>
#include <utility>
#include <vector>

#include "node/addon_data.h"
#include "node/errors.h"
#include "node/graph_wrap.h"
#include "node/tensor_wrap.h"

namespace movinet {
namespace {

constexpr napi_type_tag kRunPlanTag = {0x6d6f76696e657401, 0x72756e706c616e01};

std::string BytesFromJs(Napi::Value value) {
  if (!value.IsTypedArray()) return {};
  const auto bytes = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()};
}

std::vector<std::string> StringsFromJs(Napi::Value value) {
  std::vector<std::string> strings;
  if (!value.IsArray()) return strings;
  const Napi::Array array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) {
    strings.push_back(array.Get(i).ToString().Utf8Value());
  }
  return strings;
}

}  // namespace

Napi::Function RunPlanWrap::Define(Napi::Env env) { return DefineClass(env, "RunPlan", {}); }

RunPlanWrap::RunPlanWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RunPlanWrap>(info) {
  if (!info[0].IsExternal()) {
    throw Napi::TypeError::New(info.Env(), "Run plans are made by session.prepare()");
  }
  plan_ = *info[0].As<Napi::External<std::shared_ptr<const RunPlan>>>().Data();
  info.This().As<Napi::Object>().TypeTag(&kRunPlanTag);
}

Napi::Function SessionWrap::Define(Napi::Env env) {
  return DefineClass(
      env, "Session",
      {InstanceMethod<&SessionWrap::Prepare>("prepare"), InstanceMethod<&SessionWrap::Run>("run"),
       InstanceMethod<&SessionWrap::Devices>("devices"),
       InstanceMethod<&SessionWrap::Close>("close"),
       InstanceMethod<&SessionWrap::Close>(Napi::Symbol::WellKnown(env, "dispose"))});
}

SessionWrap::SessionWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SessionWrap>(info) {
  const Napi::Env env = info.Env();
  if (info[0].IsExternal()) {
    session_ = *info[0].As<Napi::External<std::shared_ptr<Session>>>().Data();
  } else {
    const std::shared_ptr<Graph> graph = GraphFromJs(info[0]);
    const std::string config = BytesFromJs(info[1]);
    session_ = Translate(env, [&] { return Session::Create(graph, config); });
  }
  thread_ = std::make_shared<TaskThread>(env, "movinet session");
}

const std::shared_ptr<Session>& SessionWrap::session(Napi::Env env) const {
  if (!session_) throw Napi::Error::New(env, "The session was closed");
  return session_;
}

Napi::Value SessionWrap::Prepare(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<Graph>& graph = session(env)->graph();
  auto plan = std::make_shared<RunPlan>();
  plan->graph = graph;
  Translate(env, [&] {
    for (const std::string& name : StringsFromJs(info[0])) {
      plan->feeds.push_back(graph->Output(name));
    }
    for (const std::string& name : StringsFromJs(info[1])) {
      plan->fetches.push_back(graph->Output(name));
    }
    for (const std::string& name : StringsFromJs(info[2])) {
      plan->targets.push_back(graph->Operation(name));
    }
  });
  std::shared_ptr<const RunPlan> immutable = std::move(plan);
  return GetAddonData(env)->run_plan_class.New(
      {Napi::External<std::shared_ptr<const RunPlan>>::New(env, &immutable)});
}

Napi::Value SessionWrap::Run(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject() || !info[0].As<Napi::Object>().CheckTypeTag(&kRunPlanTag)) {
    throw Napi::TypeError::New(env, "Expected a RunPlan");
  }
  if (!info[1].IsArray()) throw Napi::TypeError::New(env, "Expected an array of tensors to feed");
  std::vector<std::shared_ptr<Tensor>> feeds;
  const Napi::Array array = info[1].As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) feeds.push_back(TensorFromJs(array.Get(i)));
  return thread_->Post(
      env,
      [session = session(env), plan = RunPlanWrap::Unwrap(info[0].As<Napi::Object>())->plan(),
       feeds = std::move(feeds)] { return session->Run(*plan, feeds); },
      // Holds the thread: runs that are queued outlive the JavaScript object.
      [thread = thread_](Napi::Env settle_env,
                         std::vector<std::shared_ptr<Tensor>> results) -> Napi::Value {
        Napi::Array tensors = Napi::Array::New(settle_env, results.size());
        for (size_t i = 0; i < results.size(); ++i) {
          tensors.Set(static_cast<uint32_t>(i),
                      TensorWrap::Create(settle_env, std::move(results[i])));
        }
        return tensors;
      });
}

Napi::Value SessionWrap::Devices(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<DeviceInfo> devices = Translate(env, [&] { return session(env)->Devices(); });
  Napi::Array result = Napi::Array::New(env, devices.size());
  for (size_t i = 0; i < devices.size(); ++i) {
    Napi::Object device = Napi::Object::New(env);
    device.Set("name", devices[i].name);
    device.Set("type", devices[i].type);
    device.Set("memoryBytes", static_cast<double>(devices[i].memory_bytes));
    result.Set(static_cast<uint32_t>(i), device);
  }
  return result;
}

void SessionWrap::Close(const Napi::CallbackInfo& /*info*/) {
  // A run under way holds the session; it is freed when the last of them ends.
  session_.reset();
}

Napi::Value LoadSavedModel(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string directory = info[0].ToString().Utf8Value();
  const std::vector<std::string> tags = StringsFromJs(info[1]);
  const std::string config = BytesFromJs(info[2]);
  auto thread = std::make_shared<TaskThread>(env, "movinet load");
  return thread->Post(
      env, [=] { return Session::LoadSavedModel(directory, tags, config); },
      // Holds the thread until its one piece of work has settled, on the JavaScript thread.
      [thread](Napi::Env settle_env, Session::LoadedSavedModel loaded) -> Napi::Value {
        std::shared_ptr<Session> session = std::move(loaded.session);
        Napi::Object result = Napi::Object::New(settle_env);
        result.Set("graph", GraphWrap::Create(settle_env, session->graph()));
        result.Set("session",
                   GetAddonData(settle_env)
                       ->session_class.New(
                           {Napi::External<std::shared_ptr<Session>>::New(settle_env, &session)}));
        result.Set("metaGraphDef",
                   Napi::Buffer<char>::Copy(settle_env, loaded.meta_graph_def.data(),
                                            loaded.meta_graph_def.size()));
        return result;
      });
}

}  // namespace movinet
