#pragma once

// What tensorflow/c/kernels.h declares of kernels, as far as it is used here. That header itself
// includes others, of TensorFlow's implementation, that its packages for C leave out.

#include <tensorflow/c/c_api.h>

#include <cstddef>
#include <cstdint>

extern "C" {

struct TF_KernelBuilder;
struct TF_OpKernelConstruction;
struct TF_OpKernelContext;

TF_CAPI_EXPORT extern TF_KernelBuilder* TF_NewKernelBuilder(
    const char* op_name, const char* device_name, void* (*create_func)(TF_OpKernelConstruction*),
    void (*compute_func)(void*, TF_OpKernelContext*), void (*delete_func)(void*));
/// Takes the builder, whatever comes of it.
TF_CAPI_EXPORT extern void TF_RegisterKernelBuilder(const char* kernel_name,
                                                    TF_KernelBuilder* builder, TF_Status* status);

TF_CAPI_EXPORT extern int TF_NumInputs(TF_OpKernelContext* context);
TF_CAPI_EXPORT extern void TF_GetInput(TF_OpKernelContext* context, int index, TF_Tensor** tensor,
                                       TF_Status* status);
TF_CAPI_EXPORT extern TF_Tensor* TF_AllocateOutput(TF_OpKernelContext* context, int index,
                                                   TF_DataType dtype, const int64_t* dims,
                                                   int num_dims, size_t len, TF_Status* status);
TF_CAPI_EXPORT extern void TF_OpKernelConstruction_Failure(TF_OpKernelConstruction* construction,
                                                           TF_Status* status);
TF_CAPI_EXPORT extern void TF_OpKernelContext_Failure(TF_OpKernelContext* context,
                                                      TF_Status* status);

/// `list_size`: -1 for an attribute that is no list; `total_size`: of a string.
TF_CAPI_EXPORT extern void TF_OpKernelConstruction_GetAttrSize(
    TF_OpKernelConstruction* construction, const char* name, int32_t* list_size,
    int32_t* total_size, TF_Status* status);
TF_CAPI_EXPORT extern void TF_OpKernelConstruction_GetAttrInt64(
    TF_OpKernelConstruction* construction, const char* name, int64_t* value, TF_Status* status);
TF_CAPI_EXPORT extern void TF_OpKernelConstruction_GetAttrBool(
    TF_OpKernelConstruction* construction, const char* name, unsigned char* value,
    TF_Status* status);
TF_CAPI_EXPORT extern void TF_OpKernelConstruction_GetAttrString(
    TF_OpKernelConstruction* construction, const char* name, char* value, size_t max_length,
    TF_Status* status);
/// The caller owns the tensors.
TF_CAPI_EXPORT extern void TF_OpKernelConstruction_GetAttrTensorList(
    TF_OpKernelConstruction* construction, const char* name, TF_Tensor** values, int max_values,
    TF_Status* status);

}  // extern "C"
