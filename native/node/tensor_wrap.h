#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>

#include "node/handle.h"
#include "tensorflow/tensor.h"

namespace movinet {

class ExternalMemory;

/// The JavaScript class `Tensor` (lib/native/tensor.ts): a handle on shared tensor memory.
class TensorWrap : public Handle<TensorWrap, std::shared_ptr<Tensor>> {
 public:
  static constexpr const char* kName = "Tensor";
  static constexpr napi_type_tag kTag = {0x6d6f76696e657401, 0x74656e736f720001};
  static Napi::Function Define(Napi::Env env);

  explicit TensorWrap(const Napi::CallbackInfo& info);
  void Finalize(Napi::BasicEnv env) override;

  /// Throws a TypeError after dispose().
  const std::shared_ptr<Tensor>& tensor(Napi::Env env) const;

 private:
  /// Node-API checks the receiver of a method, but not that of an accessor.
  static Napi::Value DType(const Napi::CallbackInfo& info);
  static Napi::Value Shape(const Napi::CallbackInfo& info);
  static Napi::Value ByteLength(const Napi::CallbackInfo& info);
  Napi::Value Data(const Napi::CallbackInfo& info);
  Napi::Value Copy(const Napi::CallbackInfo& info);
  Napi::Value Strings(const Napi::CallbackInfo& info);
  void Dispose(const Napi::CallbackInfo& info);
  /// Tells the collector of the memory, or that it is gone or counted elsewhere.
  void Account(Napi::BasicEnv env, int64_t bytes);

  std::shared_ptr<Tensor> tensor_;
  std::shared_ptr<ExternalMemory> external_memory_;
  int64_t accounted_bytes_ = 0;
  /// The one ArrayBuffer over the memory, kept so that dispose() can detach it.
  Napi::Reference<Napi::ArrayBuffer> view_;
};

/// The tensor behind a JavaScript `Tensor`. Throws a TypeError for anything else or a disposed one.
std::shared_ptr<Tensor> TensorFromJs(Napi::Value value);

/// `createTensor(dtype, shape)`: zero-filled.
Napi::Value CreateTensor(const Napi::CallbackInfo& info);
/// `createStringTensor(values, shape)`.
Napi::Value CreateStringTensor(const Napi::CallbackInfo& info);

}  // namespace movinet
