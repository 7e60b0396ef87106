#include "node/tensor_wrap.h"

#include <node_api.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "node/addon_data.h"
#include "node/arguments.h"
#include "node/errors.h"

namespace movinet {
namespace {

/// 16-bit floats show as their bits.
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
    case TF_INT8:
      return napi_int8_array;
    case TF_UINT8:
    case TF_BOOL:
      return napi_uint8_array;
    case TF_UINT16:
    case TF_HALF:
    case TF_BFLOAT16:
      return napi_uint16_array;
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

std::string StringOrBufferFromJs(Napi::Value value, const char* name) {
  return value.IsTypedArray() ? BytesFromJs(value, name) : StringFromJs(value, name);
}

}  // namespace

Napi::Function TensorWrap::Define(Napi::Env env) {
  return DefineClass(
      env, kName,
      {Accessor<&TensorWrap::DType>("dtype"), Accessor<&TensorWrap::Shape>("shape"),
       Accessor<&TensorWrap::ByteLength>("byteLength"), InstanceMethod<&TensorWrap::Data>("data"),
       InstanceMethod<&TensorWrap::Copy>("copy"), InstanceMethod<&TensorWrap::Strings>("strings"),
       InstanceMethod<&TensorWrap::Dispose>("dispose"),
       InstanceMethod<&TensorWrap::Dispose>(Napi::Symbol::WellKnown(env, "dispose"))});
}

TensorWrap::TensorWrap(const Napi::CallbackInfo& info)
    : Handle(info),
      tensor_(std::move(held())),
      external_memory_(GetAddonData(info.Env())->external_memory) {
  Account(info.Env(), static_cast<int64_t>(tensor_->byte_size()));
}

void TensorWrap::Finalize(Napi::BasicEnv env) { Account(env, 0); }

void TensorWrap::Account(Napi::BasicEnv env, int64_t bytes) {
  if (bytes == accounted_bytes_) return;
  external_memory_->Change(env, bytes - accounted_bytes_);
  accounted_bytes_ = bytes;
}

const std::shared_ptr<Tensor>& TensorWrap::tensor(Napi::Env env) const {
  if (!tensor_) throw Napi::TypeError::New(env, "The tensor was disposed");
  return tensor_;
}

Napi::Value TensorWrap::DType(const Napi::CallbackInfo& info) {
  return DataTypeToJs(info.Env(), From(info.This()).tensor(info.Env())->dtype());
}

Napi::Value TensorWrap::Shape(const Napi::CallbackInfo& info) {
  return ShapeToJs(info.Env(), From(info.This()).tensor(info.Env())->shape());
}

Napi::Value TensorWrap::ByteLength(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(From(info.This()).tensor(info.Env())->byte_size()));
}

Napi::Value TensorWrap::Data(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<Tensor>& pinned = tensor(env);
  const napi_typedarray_type type = ViewType(env, pinned->dtype());
  if (view_.IsEmpty()) {
    view_ = Napi::Persistent(MakeView(env, pinned));
    // V8 counts what an ArrayBuffer holds by itself.
    Account(env, 0);
  }
  napi_value result = nullptr;
  const napi_status status = napi_create_typedarray(
      env, type, static_cast<size_t>(pinned->element_count()), view_.Value(), 0, &result);
  if (status != napi_ok) throw Napi::Error::New(env);
  return {env, result};
}

Napi::Value TensorWrap::Copy(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<Tensor>& pinned = tensor(env);
  const napi_typedarray_type type = ViewType(env, pinned->dtype());
  const int64_t count = pinned->element_count();
  const int64_t begin = info[0].IsUndefined() ? 0 : IntegerFromJs(info[0], "begin", 0, count);
  const int64_t end = info[1].IsUndefined() ? count : IntegerFromJs(info[1], "end", begin, count);
  const size_t size = count == 0 ? 0 : pinned->byte_size() / static_cast<size_t>(count);
  const auto length = static_cast<size_t>(end - begin);
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, length * size);
  if (length > 0) {
    std::memcpy(buffer.Data(),
                static_cast<const char*>(pinned->data()) + static_cast<size_t>(begin) * size,
                length * size);
  }
  napi_value result = nullptr;
  if (napi_create_typedarray(env, type, length, buffer, 0, &result) != napi_ok)
    throw Napi::Error::New(env);
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
  Account(info.Env(), 0);
  tensor_.reset();
}

std::shared_ptr<Tensor> TensorFromJs(Napi::Value value) {
  return TensorWrap::From(value).tensor(value.Env());
}

Napi::Value CreateTensor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const DataType dtype = DataTypeFromJs(info[0], "dtype");
  const std::vector<int64_t> shape = ShapeFromJs(info[1], "shape");
  return Translate(env, [&] { return TensorWrap::Create(env, Tensor::Allocate(dtype, shape)); });
}

Napi::Value CreateStringTensor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<std::string> values = ListFromJs(info[0], "values", StringOrBufferFromJs);
  const std::vector<int64_t> shape = ShapeFromJs(info[1], "shape");
  return Translate(env,
                   [&] { return TensorWrap::Create(env, Tensor::FromStrings(values, shape)); });
}

}  // namespace movinet
