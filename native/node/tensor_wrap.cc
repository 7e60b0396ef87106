#include "node/tensor_wrap.h"

#include <node_api.h>

#include <array>
#include <string>
#include <utility>

#include "node/addon_data.h"
#include "node/errors.h"

namespace movinet {
namespace {

// Told apart from every other object, so that a mixed-up handle is an exception and not a crash.
constexpr napi_type_tag kTensorTag = {0x6d6f76696e657401, 0x74656e736f720001};

struct DTypeName {
  const char* name;
  DataType dtype;
};

constexpr std::array<DTypeName, 12> kDTypes = {{{"float32", TF_FLOAT},
                                                {"float64", TF_DOUBLE},
                                                {"int32", TF_INT32},
                                                {"int64", TF_INT64},
                                                {"uint8", TF_UINT8},
                                                {"bool", TF_BOOL},
                                                {"string", TF_STRING},
                                                {"resource", TF_RESOURCE},
                                                {"bfloat16", TF_BFLOAT16},
                                                {"float16", TF_HALF},
                                                {"int8", TF_INT8},
                                                {"uint16", TF_UINT16}}};

napi_typedarray_type ViewType(Napi::Env env, DataType dtype) {
  switch (dtype) {
    case TF_FLOAT:
      return napi_float32_array;
    case TF_DOUBLE:
      return napi_float64_array;
    case TF_INT32:
      return napi_int32_array;
    case TF_INT64:
      return napi_bigint64_array;
    case TF_UINT8:
    case TF_BOOL:
      return napi_uint8_array;
    default:
      throw Napi::TypeError::New(env, "A tensor of this dtype has no typed-array view");
  }
}

Napi::ArrayBuffer MakeView(Napi::Env env, const std::shared_ptr<Tensor>& tensor) {
  if (tensor->byte_size() == 0) return Napi::ArrayBuffer::New(env, 0);
  auto pin = std::make_unique<std::shared_ptr<Tensor>>(tensor);
  const Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(
      env, tensor->data(), tensor->byte_size(),
      [](Napi::BasicEnv, void*, std::shared_ptr<Tensor>* pinned) {
        const std::unique_ptr<std::shared_ptr<Tensor>> owned(pinned);
      },
      pin.get());
  pin.release();
  return buffer;
}

}  // namespace

Napi::Function TensorWrap::Define(Napi::Env env) {
  return DefineClass(
      env, "Tensor",
      {InstanceAccessor<&TensorWrap::DTypeName>("dtype"),
       InstanceAccessor<&TensorWrap::Shape>("shape"),
       InstanceAccessor<&TensorWrap::ByteLength>("byteLength"),
       InstanceMethod<&TensorWrap::Data>("data"), InstanceMethod<&TensorWrap::Strings>("strings"),
       InstanceMethod<&TensorWrap::Dispose>("dispose"),
       InstanceMethod<&TensorWrap::Dispose>(Napi::Symbol::WellKnown(env, "dispose"))});
}

TensorWrap::TensorWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TensorWrap>(info) {
  if (info.Length() != 1 || !info[0].IsExternal()) {
    throw Napi::TypeError::New(info.Env(), "Tensors are made by createTensor()");
  }
  tensor_ = *info[0].As<Napi::External<std::shared_ptr<Tensor>>>().Data();
  info.This().As<Napi::Object>().TypeTag(&kTensorTag);
  accounted_bytes_ = static_cast<int64_t>(tensor_->byte_size());
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), accounted_bytes_);
}

void TensorWrap::Finalize(Napi::BasicEnv env) {
  if (accounted_bytes_ != 0) Napi::MemoryManagement::AdjustExternalMemory(env, -accounted_bytes_);
}

Napi::Object TensorWrap::Create(Napi::Env env, std::shared_ptr<Tensor> tensor) {
  return GetAddonData(env)->tensor_class.New(
      {Napi::External<std::shared_ptr<Tensor>>::New(env, &tensor)});
}

const std::shared_ptr<Tensor>& TensorWrap::tensor(Napi::Env env) const {
  if (!tensor_) throw Napi::TypeError::New(env, "The tensor was disposed");
  return tensor_;
}

Napi::Value TensorWrap::DTypeName(const Napi::CallbackInfo& info) {
  return DataTypeToJs(info.Env(), tensor(info.Env())->dtype());
}

Napi::Value TensorWrap::Shape(const Napi::CallbackInfo& info) {
  return ShapeToJs(info.Env(), tensor(info.Env())->shape());
}

Napi::Value TensorWrap::ByteLength(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(tensor(info.Env())->byte_size()));
}

Napi::Value TensorWrap::Data(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<Tensor>& pinned = tensor(env);
  const napi_typedarray_type type = ViewType(env, pinned->dtype());
  if (view_.IsEmpty()) view_ = Napi::Persistent(MakeView(env, pinned));
  napi_value result = nullptr;
  const napi_status status = napi_create_typedarray(
      env, type, static_cast<size_t>(pinned->element_count()), view_.Value(), 0, &result);
  if (status != napi_ok) throw Napi::Error::New(env);
  return {env, result};
}

Napi::Value TensorWrap::Strings(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<std::string> values = Translate(env, [&] { return tensor(env)->strings(); });
  Napi::Array result = Napi::Array::New(env, values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    result.Set(static_cast<uint32_t>(i),
               Napi::Buffer<char>::Copy(env, values[i].data(), values[i].size()));
  }
  return result;
}

void TensorWrap::Dispose(const Napi::CallbackInfo& info) {
  if (!tensor_) return;
  if (!view_.IsEmpty()) {
    view_.Value().Detach();
    view_.Reset();
  }
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), -accounted_bytes_);
  accounted_bytes_ = 0;
  tensor_.reset();
}

std::shared_ptr<Tensor> TensorFromJs(Napi::Value value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTensorTag)) {
    throw Napi::TypeError::New(value.Env(), "Expected a Tensor");
  }
  return TensorWrap::Unwrap(value.As<Napi::Object>())->tensor(value.Env());
}

DataType DataTypeFromJs(Napi::Value value) {
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  for (const auto& entry : kDTypes) {
    if (name == entry.name) return entry.dtype;
  }
  throw Napi::TypeError::New(value.Env(), "Unknown dtype \"" + name + "\"");
}

Napi::String DataTypeToJs(Napi::Env env, DataType dtype) {
  for (const auto& entry : kDTypes) {
    if (dtype == entry.dtype) return Napi::String::New(env, entry.name);
  }
  return Napi::String::New(env, "dtype " + std::to_string(static_cast<int>(dtype)));
}

std::vector<int64_t> ShapeFromJs(Napi::Value value) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "Expected a shape: an array");
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<int64_t> shape;
  shape.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value dimension = array.Get(i);
    if (!dimension.IsNumber()) {
      throw Napi::TypeError::New(value.Env(), "Expected a shape: an array of numbers");
    }
    shape.push_back(dimension.As<Napi::Number>().Int64Value());
  }
  return shape;
}

Napi::Array ShapeToJs(Napi::Env env, const std::vector<int64_t>& shape) {
  Napi::Array result = Napi::Array::New(env, shape.size());
  for (size_t i = 0; i < shape.size(); ++i) {
    result.Set(static_cast<uint32_t>(i), Napi::Number::New(env, static_cast<double>(shape[i])));
  }
  return result;
}

Napi::Value CreateTensor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const DataType dtype = DataTypeFromJs(info[0]);
  const std::vector<int64_t> shape = ShapeFromJs(info[1]);
  if (dtype == TF_STRING || dtype == TF_RESOURCE) {
    throw Napi::TypeError::New(env, "createTensor() makes numeric tensors");
  }
  return TensorWrap::Create(env, Translate(env, [&] { return Tensor::Allocate(dtype, shape); }));
}

Napi::Value CreateStringTensor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArray()) throw Napi::TypeError::New(env, "Expected an array of strings");
  const Napi::Array array = info[0].As<Napi::Array>();
  std::vector<std::string> values;
  values.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value value = array.Get(i);
    if (value.IsBuffer()) {
      const auto buffer = value.As<Napi::Buffer<char>>();
      values.emplace_back(buffer.Data(), buffer.Length());
    } else {
      values.push_back(value.ToString().Utf8Value());
    }
  }
  const std::vector<int64_t> shape = ShapeFromJs(info[1]);
  return TensorWrap::Create(env,
                            Translate(env, [&] { return Tensor::FromStrings(values, shape); }));
}

}  // namespace movinet
