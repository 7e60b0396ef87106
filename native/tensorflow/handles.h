#pragma once

#include <tensorflow/c/c_api.h>

#include <memory>

namespace movinet {

/// Calls one C function of the TensorFlow API as a unique_ptr deleter.
template <auto Function>
struct CDeleter {
  template <typename T>
  void operator()(T* handle) const noexcept {
    Function(handle);
  }
};

using StatusHandle = std::unique_ptr<TF_Status, CDeleter<TF_DeleteStatus>>;
using BufferHandle = std::unique_ptr<TF_Buffer, CDeleter<TF_DeleteBuffer>>;
using GraphHandle = std::unique_ptr<TF_Graph, CDeleter<TF_DeleteGraph>>;
using TensorHandle = std::unique_ptr<TF_Tensor, CDeleter<TF_DeleteTensor>>;
using SessionOptionsHandle = std::unique_ptr<TF_SessionOptions, CDeleter<TF_DeleteSessionOptions>>;
using ImportOptionsHandle =
    std::unique_ptr<TF_ImportGraphDefOptions, CDeleter<TF_DeleteImportGraphDefOptions>>;
using DeviceListHandle = std::unique_ptr<TF_DeviceList, CDeleter<TF_DeleteDeviceList>>;

}  // namespace movinet
