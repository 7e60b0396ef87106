#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/weights.h"
#include "tensorflow/handles.h"
#include "tensorflow/operations/kernel_api.h"

namespace movinet {

/// An operation's attributes while its kernel is made. Every member throws TensorFlowError for an
/// attribute that is not there or of another type, std::invalid_argument for values that are none.
class Attributes {
 public:
  explicit Attributes(TF_OpKernelConstruction* construction) : construction_(construction) {}

  int64_t Integer(const char* name) const;
  bool Flag(const char* name) const;
  std::string Text(const char* name) const;
  /// Of a list of a filter and a bias; no weights of an empty one.
  kernels::Weights Weights(const char* name) const;

 private:
  TF_OpKernelConstruction* construction_;
};

/// A float32 input of a run. Its memory lives as long as the run.
struct InputTensor {
  TensorHandle tensor;
  std::vector<int64_t> shape;

  template <typename T>
  const T* data() const {
    return static_cast<const T*>(TF_TensorData(tensor.get()));
  }
  /// Every dimension is above 0.
  bool has_values() const;
};

/// One run of an operation. Every member throws TensorFlowError.
class KernelContext {
 public:
  explicit KernelContext(TF_OpKernelContext* context) : context_(context) {}

  int InputCount() const { return TF_NumInputs(context_); }
  InputTensor Input(int index) const;
  /// The memory of a float32 output, undefined at first.
  float* AllocateOutput(int index, const std::vector<int64_t>& shape) const;

 private:
  TF_OpKernelContext* context_;
};

/// What an operation is to TensorFlow: `inputs`, `outputs` and `attributes` in its own notation.
/// Nothing is known of the outputs' shapes before they are there: the C API shows no attributes to
/// those who ask.
struct OperationDefinition {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  std::vector<const char*> attributes;
  /// One kernel serves all runs of a session, and nobody computes it ahead.
  bool stateful = true;
};

using CreateKernel = void* (*)(TF_OpKernelConstruction*);
using ComputeKernel = void (*)(void*, TF_OpKernelContext*);
using DeleteKernel = void (*)(void*);

/// Throws TensorFlowError for what TensorFlow refuses.
void RegisterOperation(const OperationDefinition& definition, CreateKernel create,
                       ComputeKernel compute, DeleteKernel destroy);

/// Tells TensorFlow what the exception under way says.
void FailConstruction(TF_OpKernelConstruction* construction);
void FailRun(TF_OpKernelContext* context);

/// Registers an operation for CPU whose kernel is a class made from Attributes, with Compute(const
/// KernelContext&) const, which may throw.
template <class Kernel>
void RegisterOperation(const OperationDefinition& definition) {
  RegisterOperation(
      definition,
      [](TF_OpKernelConstruction* construction) -> void* {
        try {
          return std::make_unique<Kernel>(Attributes(construction)).release();
        } catch (...) {
          FailConstruction(construction);
          return nullptr;
        }
      },
      [](void* kernel, TF_OpKernelContext* context) {
        try {
          static_cast<const Kernel*>(kernel)->Compute(KernelContext(context));
        } catch (...) {
          FailRun(context);
        }
      },
      [](void* kernel) { std::default_delete<Kernel>()(static_cast<Kernel*>(kernel)); });
}

}  // namespace movinet
