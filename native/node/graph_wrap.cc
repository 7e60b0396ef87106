#include "node/graph_wrap.h"

#include <string>
#include <utility>
#include <vector>

#include "node/addon_data.h"
#include "node/attribute.h"
#include "node/errors.h"
#include "node/tensor_wrap.h"

namespace movinet {
namespace {

constexpr napi_type_tag kGraphTag = {0x6d6f76696e657401, 0x6772617068000001};

std::vector<TF_Output> OutputsFromJs(const Graph& graph, Napi::Value value) {
  const Napi::Array names = value.As<Napi::Array>();
  std::vector<TF_Output> outputs;
  outputs.reserve(names.Length());
  for (uint32_t i = 0; i < names.Length(); ++i) {
    outputs.push_back(graph.Output(names.Get(i).ToString().Utf8Value()));
  }
  return outputs;
}

std::string OptionalString(const Napi::Object& object, const char* key) {
  const Napi::Value value = object.Get(key);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

OperationSpec SpecFromJs(const Graph& graph, const Napi::Object& object) {
  OperationSpec spec;
  spec.type = object.Get("type").ToString().Utf8Value();
  spec.name = object.Get("name").ToString().Utf8Value();
  spec.device = OptionalString(object, "device");
  const Napi::Array inputs = object.Get("inputs").As<Napi::Array>();
  for (uint32_t i = 0; i < inputs.Length(); ++i) {
    const Napi::Value input = inputs.Get(i);
    if (input.IsArray()) {
      spec.inputs.push_back({true, OutputsFromJs(graph, input)});
    } else {
      spec.inputs.push_back({false, {graph.Output(input.ToString().Utf8Value())}});
    }
  }
  const Napi::Value controls = object.Get("controlInputs");
  if (controls.IsArray()) {
    const Napi::Array names = controls.As<Napi::Array>();
    for (uint32_t i = 0; i < names.Length(); ++i) {
      spec.control_inputs.push_back(graph.Operation(names.Get(i).ToString().Utf8Value()));
    }
  }
  const Napi::Object attributes = object.Get("attributes").As<Napi::Object>();
  const Napi::Array names = attributes.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).ToString().Utf8Value();
    spec.attributes.emplace_back(name, AttributeFromJs(attributes.Get(name)));
  }
  return spec;
}

}  // namespace

Napi::Function GraphWrap::Define(Napi::Env env) {
  return DefineClass(env, "Graph",
                     {InstanceMethod<&GraphWrap::AddOperation>("addOperation"),
                      InstanceMethod<&GraphWrap::AddGradients>("addGradients"),
                      InstanceMethod<&GraphWrap::ImportGraphDef>("importGraphDef"),
                      InstanceMethod<&GraphWrap::ToGraphDef>("toGraphDef"),
                      InstanceMethod<&GraphWrap::HasOperation>("hasOperation"),
                      InstanceMethod<&GraphWrap::OutputShape>("outputShape")});
}

Napi::Object GraphWrap::Create(Napi::Env env, std::shared_ptr<Graph> graph) {
  return GetAddonData(env)->graph_class.New(
      {Napi::External<std::shared_ptr<Graph>>::New(env, &graph)});
}

GraphWrap::GraphWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<GraphWrap>(info) {
  graph_ = info[0].IsExternal() ? *info[0].As<Napi::External<std::shared_ptr<Graph>>>().Data()
                                : std::make_shared<Graph>();
  info.This().As<Napi::Object>().TypeTag(&kGraphTag);
}

Napi::Value GraphWrap::AddOperation(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Translate(env, [&]() -> Napi::Value {
    TF_Operation* operation = graph_->AddOperation(SpecFromJs(*graph_, info[0].As<Napi::Object>()));
    return Napi::Number::New(env, TF_OperationNumOutputs(operation));
  });
}

Napi::Value GraphWrap::AddGradients(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Translate(env, [&]() -> Napi::Value {
    const std::vector<TF_Output> gradients =
        graph_->AddGradients(OutputsFromJs(*graph_, info[0]), OutputsFromJs(*graph_, info[1]));
    Napi::Array names = Napi::Array::New(env, gradients.size());
    for (size_t i = 0; i < gradients.size(); ++i) {
      names.Set(static_cast<uint32_t>(i), Napi::String::New(env, OutputName(gradients[i])));
    }
    return names;
  });
}

void GraphWrap::ImportGraphDef(const Napi::CallbackInfo& info) {
  const auto bytes = info[0].As<Napi::Uint8Array>();
  const std::string prefix =
      info[1].IsString() ? info[1].As<Napi::String>().Utf8Value() : std::string();
  Translate(info.Env(), [&] {
    graph_->ImportGraphDef({reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()},
                           prefix);
  });
}

Napi::Value GraphWrap::ToGraphDef(const Napi::CallbackInfo& info) {
  const std::string bytes = Translate(info.Env(), [&] { return graph_->ToGraphDef(); });
  return Napi::Buffer<char>::Copy(info.Env(), bytes.data(), bytes.size());
}

Napi::Value GraphWrap::HasOperation(const Napi::CallbackInfo& info) {
  const std::string name = info[0].ToString().Utf8Value();
  return Napi::Boolean::New(info.Env(),
                            TF_GraphOperationByName(graph_->handle(), name.c_str()) != nullptr);
}

Napi::Value GraphWrap::OutputShape(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const ShapeAttribute shape = Translate(
      env, [&] { return graph_->OutputShape(graph_->Output(info[0].ToString().Utf8Value())); });
  if (!shape.known) return env.Null();
  return ShapeToJs(env, shape.dimensions);
}

std::shared_ptr<Graph> GraphFromJs(Napi::Value value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kGraphTag)) {
    throw Napi::TypeError::New(value.Env(), "Expected a Graph");
  }
  return GraphWrap::Unwrap(value.As<Napi::Object>())->graph();
}

}  // namespace movinet
