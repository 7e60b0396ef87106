#include "node/graph_wrap.h"

#include <string>
#include <utility>
#include <vector>

#include "node/arguments.h"
#include "node/errors.h"
#include "node/post.h"

namespace movinet {
namespace {

/// An operation as JavaScript describes it, its names not looked up yet.
struct DescribedOperation {
  OperationSpec spec;
  struct Input {
    bool is_list = false;
    std::vector<std::string> outputs;
  };
  std::vector<Input> inputs;
  std::vector<std::string> control_inputs;
};

DescribedOperation OperationFromJs(Napi::Value value) {
  const Napi::Object object = ObjectFromJs(value, "spec");
  DescribedOperation described;
  described.spec.type = StringFromJs(object.Get("type"), "type");
  described.spec.name = StringFromJs(object.Get("name"), "name");
  const Napi::Value device = object.Get("device");
  if (!device.IsUndefined()) described.spec.device = StringFromJs(device, "device");
  using Input = DescribedOperation::Input;
  described.inputs =
      ListFromJs(object.Get("inputs"), "inputs", [](Napi::Value input, const char* name) -> Input {
        if (input.IsArray()) return {true, StringsFromJs(input, name)};
        return {false, {StringFromJs(input, name)}};
      });
  const Napi::Value controls = object.Get("controlInputs");
  if (!controls.IsUndefined()) described.control_inputs = StringsFromJs(controls, "controlInputs");
  const Napi::Object attributes = ObjectFromJs(object.Get("attributes"), "attributes");
  const Napi::Array names = attributes.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = StringFromJs(names.Get(i), "attributes");
    AttributeValue attribute = AttributeFromJs(attributes.Get(name), name.c_str());
    described.spec.attributes.emplace_back(name, std::move(attribute));
  }
  return described;
}

std::vector<TF_Output> Resolve(const Graph& graph, const std::vector<std::string>& names) {
  std::vector<TF_Output> outputs;
  outputs.reserve(names.size());
  for (const std::string& name : names) outputs.push_back(graph.Output(name));
  return outputs;
}

}  // namespace

Napi::Function GraphWrap::Define(Napi::Env env) {
  return DefineClass(env, kName,
                     {InstanceMethod<&GraphWrap::AddOperation>("addOperation"),
                      InstanceMethod<&GraphWrap::AddGradients>("addGradients"),
                      InstanceMethod<&GraphWrap::ImportGraphDef>("importGraphDef"),
                      InstanceMethod<&GraphWrap::ToGraphDef>("toGraphDef"),
                      InstanceMethod<&GraphWrap::HasOperation>("hasOperation"),
                      InstanceMethod<&GraphWrap::OutputShape>("outputShape")});
}

Napi::Value GraphWrap::AddOperation(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto [spec, inputs, control_inputs] = OperationFromJs(info[0]);
  return Translate(env, [&, &spec = spec, &inputs = inputs, &controls = control_inputs] {
    for (const auto& [is_list, outputs] : inputs) {
      spec.inputs.push_back({is_list, Resolve(*graph_, outputs)});
    }
    for (const std::string& name : controls) {
      spec.control_inputs.push_back(graph_->Operation(name));
    }
    return Napi::Number::New(env, TF_OperationNumOutputs(graph_->AddOperation(spec)));
  });
}

Napi::Value GraphWrap::AddGradients(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Post(
      env, GetAddonData(env)->graph_thread,
      [graph = graph_, ys = StringsFromJs(info[0], "ys"), xs = StringsFromJs(info[1], "xs"),
       given = info[2].IsUndefined() ? std::vector<std::string>()
                                     : StringsFromJs(info[2], "gradients")] {
        return graph->AddGradients(Resolve(*graph, ys), Resolve(*graph, xs),
                                   Resolve(*graph, given));
      },
      // Holds the graph, whose operations the outputs are.
      [graph = graph_](Napi::Env settle_env, const std::vector<TF_Output>& gradients) {
        Napi::Array names = Napi::Array::New(settle_env, gradients.size());
        for (size_t i = 0; i < gradients.size(); ++i) {
          names.Set(static_cast<uint32_t>(i), OutputName(gradients[i]));
        }
        return names;
      });
}

Napi::Value GraphWrap::ImportGraphDef(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string graph_def = BytesFromJs(info[0], "graphDef");
  std::string prefix = info[1].IsUndefined() ? std::string() : StringFromJs(info[1], "prefix");
  return Post(
      env, GetAddonData(env)->graph_thread,
      [graph = graph_, graph_def = std::move(graph_def), prefix = std::move(prefix)] {
        graph->ImportGraphDef(graph_def, prefix);
        return 0;
      },
      [](Napi::Env settle_env, int) { return settle_env.Undefined(); });
}

Napi::Value GraphWrap::ToGraphDef(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Post(
      env, GetAddonData(env)->graph_thread, [graph = graph_] { return graph->ToGraphDef(); },
      [](Napi::Env settle_env, BufferHandle bytes) {
        return BufferToJs(settle_env, std::move(bytes));
      });
}

Napi::Value GraphWrap::HasOperation(const Napi::CallbackInfo& info) {
  const std::string name = StringFromJs(info[0], "name");
  return Napi::Boolean::New(info.Env(),
                            TF_GraphOperationByName(graph_->handle(), name.c_str()) != nullptr);
}

Napi::Value GraphWrap::OutputShape(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string output = StringFromJs(info[0], "output");
  const PartialShape shape =
      Translate(env, [&] { return graph_->OutputShape(graph_->Output(output)); });
  if (!shape) return env.Null();
  return ShapeToJs(env, *shape);
}

Napi::Value CreateGraph(const Napi::CallbackInfo& info) {
  return GraphWrap::Create(info.Env(), std::make_shared<Graph>());
}

Napi::Value BufferToJs(Napi::Env env, BufferHandle buffer) {
  if (buffer->length == 0) return Napi::Buffer<char>::New(env, 0);
  // Node-API's memory is writable; nothing else reads it.
  auto* bytes = static_cast<char*>(const_cast<void*>(buffer->data));
  TF_Buffer* const owned = buffer.release();
  return Napi::Buffer<char>::New(
      env, bytes, owned->length, [](Napi::Env, char*, TF_Buffer* done) { TF_DeleteBuffer(done); },
      owned);
}

}  // namespace movinet
