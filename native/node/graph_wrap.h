#pragma once

#include <napi.h>

#include <memory>

#include "tensorflow/graph.h"

namespace movinet {

/// The JavaScript class `Graph` (lib/native/graph.ts). Outputs cross the boundary as "name:index".
class GraphWrap : public Napi::ObjectWrap<GraphWrap> {
 public:
  static Napi::Function Define(Napi::Env env);
  static Napi::Object Create(Napi::Env env, std::shared_ptr<Graph> graph);

  /// `new Graph()` starts an empty graph.
  explicit GraphWrap(const Napi::CallbackInfo& info);

  const std::shared_ptr<Graph>& graph() const noexcept { return graph_; }

 private:
  Napi::Value AddOperation(const Napi::CallbackInfo& info);
  Napi::Value AddGradients(const Napi::CallbackInfo& info);
  void ImportGraphDef(const Napi::CallbackInfo& info);
  Napi::Value ToGraphDef(const Napi::CallbackInfo& info);
  Napi::Value HasOperation(const Napi::CallbackInfo& info);
  Napi::Value OutputShape(const Napi::CallbackInfo& info);

  std::shared_ptr<Graph> graph_;
};

/// Throws a TypeError unless `value` is a Graph.
std::shared_ptr<Graph> GraphFromJs(Napi::Value value);

}  // namespace movinet
