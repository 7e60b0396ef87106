#pragma once

#include <napi.h>

#include <memory>

#include "node/task_thread.h"
#include "tensorflow/session.h"

namespace movinet {

/// The JavaScript class `RunPlan`: opaque, immutable.
class RunPlanWrap : public Napi::ObjectWrap<RunPlanWrap> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit RunPlanWrap(const Napi::CallbackInfo& info);
  const std::shared_ptr<const RunPlan>& plan() const noexcept { return plan_; }

 private:
  std::shared_ptr<const RunPlan> plan_;
};

/// The JavaScript class `Session` (lib/native/session.ts): runs one after another on a thread of
/// its own.
class SessionWrap : public Napi::ObjectWrap<SessionWrap> {
 public:
  static Napi::Function Define(Napi::Env env);

  /// `new Session(graph, config?)`.
  explicit SessionWrap(const Napi::CallbackInfo& info);

 private:
  Napi::Value Prepare(const Napi::CallbackInfo& info);
  Napi::Value Run(const Napi::CallbackInfo& info);
  Napi::Value Devices(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  const std::shared_ptr<Session>& session(Napi::Env env) const;

  std::shared_ptr<Session> session_;
  std::shared_ptr<TaskThread> thread_;
};

/// `loadSavedModel(directory, tags, config?)` → Promise of `{ graph, session, metaGraphDef }`.
Napi::Value LoadSavedModel(const Napi::CallbackInfo& info);

}  // namespace movinet
