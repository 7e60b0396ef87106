#include "tensorflow/operations/kernel_context.h"

#include <tensorflow/c/ops.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "tensorflow/status.h"

namespace movinet {
namespace {

std::vector<float> FloatsOf(const TF_Tensor* tensor, const char* name) {
  if (TF_TensorType(tensor) != TF_FLOAT)
    throw std::invalid_argument(std::string(name) + " is not float32");
  const auto* data = static_cast<const float*>(TF_TensorData(tensor));
  return {data, data + TF_TensorElementCount(tensor)};
}

/// Gives the exception under way to `fail` as a status.
template <class Fail>
void TellFailure(const Fail& fail) {
  Status status;
  try {
    throw;
  } catch (const std::bad_alloc&) {
    TF_SetStatus(status.get(), TF_RESOURCE_EXHAUSTED, "There is not enough memory");
  } catch (const std::invalid_argument& error) {
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, error.what());
  } catch (const std::exception& error) {
    TF_SetStatus(status.get(), TF_INTERNAL, error.what());
  } catch (...) {
    TF_SetStatus(status.get(), TF_INTERNAL, "An unknown failure");
  }
  fail(status.get());
}

}  // namespace

int64_t Attributes::Integer(const char* name) const {
  Status status;
  int64_t value = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction_, name, &value, status.get());
  status.ThrowIfError(name);
  return value;
}

bool Attributes::Flag(const char* name) const {
  Status status;
  unsigned char value = 0;
  TF_OpKernelConstruction_GetAttrBool(construction_, name, &value, status.get());
  status.ThrowIfError(name);
  return value != 0;
}

std::string Attributes::Text(const char* name) const {
  Status status;
  int32_t list_size = 0;
  int32_t size = 0;
  TF_OpKernelConstruction_GetAttrSize(construction_, name, &list_size, &size, status.get());
  status.ThrowIfError(name);
  std::string value(static_cast<size_t>(std::max(size, 0)), '\0');
  TF_OpKernelConstruction_GetAttrString(construction_, name, value.data(), value.size(),
                                        status.get());
  status.ThrowIfError(name);
  return value;
}

kernels::Weights Attributes::Weights(const char* name) const {
  Status status;
  int32_t list_size = 0;
  int32_t size = 0;
  TF_OpKernelConstruction_GetAttrSize(construction_, name, &list_size, &size, status.get());
  status.ThrowIfError(name);
  if (list_size <= 0) return {};
  if (list_size != 2)
    throw std::invalid_argument(std::string(name) + " is no list of a filter and a bias");
  TF_Tensor* tensors[2] = {nullptr, nullptr};
  TF_OpKernelConstruction_GetAttrTensorList(construction_, name, tensors, 2, status.get());
  const TensorHandle filter(tensors[0]);
  const TensorHandle bias(tensors[1]);
  status.ThrowIfError(name);
  return {FloatsOf(filter.get(), name), FloatsOf(bias.get(), name)};
}

bool InputTensor::has_values() const {
  return std::all_of(shape.begin(), shape.end(), [](int64_t dimension) { return dimension > 0; });
}

InputTensor KernelContext::Input(int index) const {
  Status status;
  TF_Tensor* tensor = nullptr;
  TF_GetInput(context_, index, &tensor, status.get());
  InputTensor input{TensorHandle(tensor), {}};
  status.ThrowIfError("An operation's input");
  for (int axis = 0; axis < TF_NumDims(tensor); ++axis) input.shape.push_back(TF_Dim(tensor, axis));
  return input;
}

float* KernelContext::AllocateOutput(int index, const std::vector<int64_t>& shape) const {
  Status status;
  size_t bytes = sizeof(float);
  for (const int64_t dimension : shape) bytes *= static_cast<size_t>(dimension);
  // The run's own reference keeps it alive.
  const TensorHandle output(TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(),
                                              static_cast<int>(shape.size()), bytes, status.get()));
  status.ThrowIfError("An operation's output");
  return static_cast<float*>(TF_TensorData(output.get()));
}

void RegisterOperation(const OperationDefinition& definition, CreateKernel create,
                       ComputeKernel compute, DeleteKernel destroy) {
  TF_OpDefinitionBuilder* operation = TF_NewOpDefinitionBuilder(definition.name);
  for (const char* input : definition.inputs) TF_OpDefinitionBuilderAddInput(operation, input);
  for (const char* output : definition.outputs) TF_OpDefinitionBuilderAddOutput(operation, output);
  for (const char* attribute : definition.attributes)
    TF_OpDefinitionBuilderAddAttr(operation, attribute);
  TF_OpDefinitionBuilderSetIsStateful(operation, definition.stateful);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(operation,
                                                  &TF_ShapeInferenceContextSetUnknownShape);
  Status status;
  TF_RegisterOpDefinition(operation, status.get());
  status.ThrowIfError(definition.name);
  TF_RegisterKernelBuilder(definition.name,
                           TF_NewKernelBuilder(definition.name, "CPU", create, compute, destroy),
                           status.get());
  status.ThrowIfError(definition.name);
}

void FailConstruction(TF_OpKernelConstruction* construction) {
  TellFailure([=](TF_Status* status) { TF_OpKernelConstruction_Failure(construction, status); });
}

void FailRun(TF_OpKernelContext* context) {
  TellFailure([=](TF_Status* status) { TF_OpKernelContext_Failure(context, status); });
}

}  // namespace movinet
