#include "node/session_wrap.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/thread_pool.h"
#include "node/arguments.h"
#include "node/errors.h"
#include "node/graph_wrap.h"
#include "node/handle.h"
#include "node/post.h"
#include "node/tensor_wrap.h"
#include "tensorflow/session.h"

namespace movinet {
namespace {

/// The JavaScript class `RunPlan`: opaque, immutable.
class RunPlanWrap : public Handle<RunPlanWrap, std::shared_ptr<const RunPlan>> {
 public:
  static constexpr const char* kName = "RunPlan";
  static constexpr napi_type_tag kTag = {0x6d6f76696e657401, 0x72756e706c616e01};
  static Napi::Function Define(Napi::Env env) { return DefineClass(env, kName, {}); }

  explicit RunPlanWrap(const Napi::CallbackInfo& info) : Handle(info), plan_(std::move(held())) {}

  const std::shared_ptr<const RunPlan>& plan() const noexcept { return plan_; }

 private:
  std::shared_ptr<const RunPlan> plan_;
};

/// A session and the thread that makes, runs and destroys it.
struct SessionOnThread {
  std::shared_ptr<Session> session;
  std::shared_ptr<SerialThread> thread;
};

std::shared_ptr<Tensor> FeedFromJs(Napi::Value value, const char* /*name*/) {
  return TensorFromJs(value);
}

Napi::Array TensorsToJs(Napi::Env env, std::vector<std::shared_ptr<Tensor>> tensors) {
  Napi::Array array = Napi::Array::New(env, tensors.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    array.Set(static_cast<uint32_t>(i), TensorWrap::Create(env, std::move(tensors[i])));
  }
  return array;
}

class SessionWrap : public Handle<SessionWrap, SessionOnThread> {
 public:
  static constexpr const char* kName = "Session";
  static constexpr napi_type_tag kTag = {0x6d6f76696e657401, 0x73657373696f6e01};
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, kName,
        {InstanceMethod<&SessionWrap::Prepare>("prepare"), InstanceMethod<&SessionWrap::Run>("run"),
         InstanceMethod<&SessionWrap::Trace>("trace"),
         InstanceMethod<&SessionWrap::Devices>("devices"),
         InstanceMethod<&SessionWrap::Close>("close"),
         InstanceMethod<&SessionWrap::Close>(Napi::Symbol::WellKnown(env, "dispose"))});
  }

  explicit SessionWrap(const Napi::CallbackInfo& info)
      : Handle(info), session_(std::move(held().session)), thread_(std::move(held().thread)) {
    GetAddonData(info.Env())->queue->Track(session_, [](Session& session) { session.Cancel(); });
  }
  ~SessionWrap() override { LetGo(std::move(session_), *thread_); }
  SessionWrap(const SessionWrap&) = delete;
  SessionWrap& operator=(const SessionWrap&) = delete;

 private:
  Napi::Value Prepare(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const std::vector<std::string> feeds = StringsFromJs(info[0], "feeds");
    const std::vector<std::string> fetches = StringsFromJs(info[1], "fetches");
    const std::vector<std::string> targets =
        info[2].IsUndefined() ? std::vector<std::string>() : StringsFromJs(info[2], "targets");
    auto plan = std::make_shared<RunPlan>();
    plan->graph = session(env)->graph();
    const Graph& graph = *plan->graph;
    Translate(env, [&] {
      for (const std::string& name : feeds) plan->feeds.push_back(graph.Output(name));
      for (const std::string& name : fetches) plan->fetches.push_back(graph.Output(name));
      for (const std::string& name : targets) plan->targets.push_back(graph.Operation(name));
    });
    return RunPlanWrap::Create(env, std::move(plan));
  }

  Napi::Value Run(const Napi::CallbackInfo& info) {
    return RunAs(info, false, [](Napi::Env env, RunResult result) {
      return TensorsToJs(env, std::move(result.tensors));
    });
  }

  Napi::Value Trace(const Napi::CallbackInfo& info) {
    return RunAs(info, true, [](Napi::Env env, RunResult result) {
      Napi::Object traced = Napi::Object::New(env);
      traced.Set("tensors", TensorsToJs(env, std::move(result.tensors)));
      traced.Set("runMetadata", BufferToJs(env, std::move(result.metadata)));
      return traced;
    });
  }

  template <typename Convert>
  Napi::Value RunAs(const Napi::CallbackInfo& info, bool want_metadata, Convert convert) {
    std::shared_ptr<const RunPlan> plan = RunPlanWrap::From(info[0]).plan();
    auto feeds = ListFromJs(info[1], "feeds", FeedFromJs);
    std::string options = OptionalBytesFromJs(info[2], "options");
    return Post(
        info.Env(), *thread_,
        [session = session(info.Env()), plan = std::move(plan), feeds = std::move(feeds),
         options = std::move(options),
         want_metadata] { return session->Run(*plan, feeds, options, want_metadata); },
        convert);
  }

  Napi::Value Devices(const Napi::CallbackInfo& info) {
    return Post(
        info.Env(), *thread_, [session = session(info.Env())] { return session->Devices(); },
        [](Napi::Env env, const std::vector<DeviceInfo>& devices) {
          Napi::Array result = Napi::Array::New(env, devices.size());
          for (size_t i = 0; i < devices.size(); ++i) {
            Napi::Object device = Napi::Object::New(env);
            device.Set("name", devices[i].name);
            device.Set("type", devices[i].type);
            device.Set("memoryBytes", static_cast<double>(devices[i].memory_bytes));
            result.Set(static_cast<uint32_t>(i), device);
          }
          return result;
        });
  }

  void Close(const Napi::CallbackInfo& /*info*/) {
    if (session_ == nullptr) return;
    session_->Cancel();
    LetGo(std::move(session_), *thread_);
  }

  /// Throws a JavaScript error after close().
  const std::shared_ptr<Session>& session(Napi::Env env) const {
    if (!session_) throw Napi::Error::New(env, "The session was closed");
    return session_;
  }

  std::shared_ptr<Session> session_;
  std::shared_ptr<SerialThread> thread_;
};

}  // namespace

Napi::Value CreateSession(const Napi::CallbackInfo& info) {
  std::shared_ptr<Graph> graph = GraphWrap::From(info[0]).graph();
  SessionSettings settings;
  settings.config = OptionalBytesFromJs(info[1], "config");
  if (!info[2].IsUndefined()) settings.target = StringFromJs(info[2], "target");
  const auto thread = std::make_shared<SerialThread>();
  return Post(
      info.Env(), *thread,
      [graph = std::move(graph), settings = std::move(settings)] {
        return Session::Create(graph, settings);
      },
      [thread](Napi::Env env, std::shared_ptr<Session> session) {
        return SessionWrap::Create(env, {std::move(session), thread});
      });
}

Napi::Value LoadSavedModel(const Napi::CallbackInfo& info) {
  std::string directory = PathFromJs(info[0], "directory");
  std::vector<std::string> tags = StringsFromJs(info[1], "tags");
  SessionSettings settings;
  settings.config = OptionalBytesFromJs(info[2], "config");
  const auto thread = std::make_shared<SerialThread>();
  return Post(
      info.Env(), *thread,
      [directory = std::move(directory), tags = std::move(tags), settings = std::move(settings)] {
        return Session::LoadSavedModel(directory, tags, settings);
      },
      [thread](Napi::Env env, Session::LoadedSavedModel loaded) {
        Napi::Object result = Napi::Object::New(env);
        result.Set("graph", GraphWrap::Create(env, loaded.session->graph()));
        result.Set("session", SessionWrap::Create(env, {std::move(loaded.session), thread}));
        result.Set("metaGraphDef", BufferToJs(env, std::move(loaded.meta_graph_def)));
        return result;
      });
}

}  // namespace movinet
