#pragma once

#include <napi.h>

#include <memory>

#include "node/handle.h"
#include "tensorflow/graph.h"

namespace movinet {

/// The JavaScript class `Graph` (lib/native/graph.ts). Outputs cross the boundary as "name:index".
class GraphWrap : public Handle<GraphWrap, std::shared_ptr<Graph>> {
 public:
  static constexpr const char* kName = "Graph";
  static constexpr napi_type_tag kTag = {0x6d6f76696e657401, 0x6772617068000001};
  static Napi::Function Define(Napi::Env env);

  explicit GraphWrap(const Napi::CallbackInfo& info) : Handle(info), graph_(std::move(held())) {}

  const std::shared_ptr<Graph>& graph() const noexcept { return graph_; }

 private:
  Napi::Value AddOperation(const Napi::CallbackInfo& info);
  Napi::Value AddGradients(const Napi::CallbackInfo& info);
  Napi::Value ImportGraphDef(const Napi::CallbackInfo& info);
  Napi::Value ToGraphDef(const Napi::CallbackInfo& info);
  Napi::Value HasOperation(const Napi::CallbackInfo& info);
  Napi::Value OutputShape(const Napi::CallbackInfo& info);

  std::shared_ptr<Graph> graph_;
};

/// `createGraph()`: an empty one.
Napi::Value CreateGraph(const Napi::CallbackInfo& info);

/// A Buffer over TensorFlow's memory, which it owns.
Napi::Value BufferToJs(Napi::Env env, BufferHandle buffer);

}  // namespace movinet
