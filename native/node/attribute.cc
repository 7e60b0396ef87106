#include "node/attribute.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "node/tensor_wrap.h"

namespace movinet {
namespace {

int64_t IntFromJs(Napi::Value value) {
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), "Expected a number");
  return value.As<Napi::Number>().Int64Value();
}

float FloatFromJs(Napi::Value value) {
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), "Expected a number");
  return value.As<Napi::Number>().FloatValue();
}

std::string StringFromJs(Napi::Value value) {
  if (!value.IsString()) throw Napi::TypeError::New(value.Env(), "Expected a string");
  return value.As<Napi::String>().Utf8Value();
}

template <typename Function>
auto ListFromJs(Napi::Value value, Function element) -> std::vector<decltype(element(value))> {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "Expected an array");
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<decltype(element(value))> result;
  result.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) result.push_back(element(array.Get(i)));
  return result;
}

const std::map<std::string, std::function<AttributeValue(Napi::Value)>>& Readers() {
  static const std::map<std::string, std::function<AttributeValue(Napi::Value)>> readers = {
      {"int", IntFromJs},
      {"float", FloatFromJs},
      {"type", DataTypeFromJs},
      {"shape", ShapeAttributeFromJs},
      {"tensor", TensorFromJs},
      {"ints", [](Napi::Value value) { return ListFromJs(value, IntFromJs); }},
      {"floats", [](Napi::Value value) { return ListFromJs(value, FloatFromJs); }},
      {"strings", [](Napi::Value value) { return ListFromJs(value, StringFromJs); }},
      {"types", [](Napi::Value value) { return ListFromJs(value, DataTypeFromJs); }},
      {"shapes", [](Napi::Value value) { return ListFromJs(value, ShapeAttributeFromJs); }},
  };
  return readers;
}

}  // namespace

ShapeAttribute ShapeAttributeFromJs(Napi::Value value) {
  if (value.IsNull()) return {false, {}};
  return {true, ShapeFromJs(value)};
}

AttributeValue AttributeFromJs(Napi::Value value) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  if (value.IsObject()) {
    const Napi::Object object = value.As<Napi::Object>();
    const Napi::Array keys = object.GetPropertyNames();
    if (keys.Length() == 1) {
      const std::string kind = keys.Get(uint32_t{0}).ToString().Utf8Value();
      const auto reader = Readers().find(kind);
      if (reader != Readers().end()) return reader->second(object.Get(kind));
    }
  }
  throw Napi::TypeError::New(value.Env(), "Unknown kind of attribute value");
}

}  // namespace movinet
