#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "tensorflow/tensor.h"

namespace movinet {

/// The JavaScript class `Tensor` (lib/native/tensor.ts): a handle on shared tensor memory.
class TensorWrap : public Napi::ObjectWrap<TensorWrap> {
 public:
  static Napi::Function Define(Napi::Env env);
  static Napi::Object Create(Napi::Env env, std::shared_ptr<Tensor> tensor);

  explicit TensorWrap(const Napi::CallbackInfo& info);
  void Finalize(Napi::BasicEnv env) override;

  /// Throws a JavaScript error after dispose().
  const std::shared_ptr<Tensor>& tensor(Napi::Env env) const;

 private:
  Napi::Value DTypeName(const Napi::CallbackInfo& info);
  Napi::Value Shape(const Napi::CallbackInfo& info);
  Napi::Value ByteLength(const Napi::CallbackInfo& info);
  Napi::Value Data(const Napi::CallbackInfo& info);
  Napi::Value Strings(const Napi::CallbackInfo& info);
  void Dispose(const Napi::CallbackInfo& info);

  std::shared_ptr<Tensor> tensor_;
  int64_t accounted_bytes_ = 0;
  /// The one ArrayBuffer over the memory, kept so that dispose() can detach it.
  Napi::Reference<Napi::ArrayBuffer> view_;
};

/// The tensor behind a JavaScript `Tensor`. Throws a TypeError for anything else or a disposed one.
std::shared_ptr<Tensor> TensorFromJs(Napi::Value value);

/// "float32" and so on ⇄ TF_DataType. Throw a TypeError for an unknown one.
DataType DataTypeFromJs(Napi::Value value);
Napi::String DataTypeToJs(Napi::Env env, DataType dtype);

std::vector<int64_t> ShapeFromJs(Napi::Value value);
Napi::Array ShapeToJs(Napi::Env env, const std::vector<int64_t>& shape);

/// `createTensor(dtype, shape)`: zero-filled.
Napi::Value CreateTensor(const Napi::CallbackInfo& info);
/// `createStringTensor(values, shape)`.
Napi::Value CreateStringTensor(const Napi::CallbackInfo& info);

}  // namespace movinet
