#include "tensorflow/tensor.h"

#include <sys/mman.h>
#include <tensorflow/c/tf_tstring.h>
#include <unistd.h>

#include <cstring>
#include <new>
#include <stdexcept>

namespace movinet {
namespace {

int64_t ElementCount(const std::vector<int64_t>& shape) {
  if (shape.size() > kMaxRank) {
    throw std::invalid_argument("A tensor has at most " + std::to_string(kMaxRank) +
                                " dimensions, not " + std::to_string(shape.size()));
  }
  int64_t count = 1;
  for (const int64_t dimension : shape) {
    if (dimension < 0) throw std::invalid_argument("A tensor's shape has a negative dimension");
    if (__builtin_mul_overflow(count, dimension, &count)) {
      throw std::invalid_argument("A tensor's shape is too large");
    }
  }
  return count;
}

/// The system grants more than there is, and ends the process that uses it.
size_t MemoryOfMachine() {
  return static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

/// Frees a string tensor's memory when TensorFlow's last reference to the buffer goes.
void FreeStrings(void* data, size_t length, void* /*argument*/) {
  auto* values = static_cast<TF_TString*>(data);
  for (size_t i = 0; i < length / sizeof(TF_TString); ++i) TF_StringDealloc(&values[i]);
  delete[] values;
}

/// From here on a tensor's memory is its own and goes back to the system with it. TensorFlow keeps
/// what its allocator once had, in pieces that double, so that a few batches would cost the process
/// several times their size for good.
constexpr size_t kOwnMemory = size_t{1} << 20;

void Unmap(void* data, size_t length, void* /*argument*/) { munmap(data, length); }

/// Zeros.
TF_Tensor* NewMappedTensor(DataType dtype, const std::vector<int64_t>& shape, size_t bytes) {
  void* const memory =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // Fewer pages to be asked for one by one; where there are none as large, these will do.
  madvise(memory, bytes, MADV_HUGEPAGE);
  return TF_NewTensor(dtype, shape.data(), static_cast<int>(shape.size()), memory, bytes, Unmap,
                      nullptr);
}

/// Zeros.
TF_Tensor* NewTensor(DataType dtype, const std::vector<int64_t>& shape, size_t bytes) {
  if (bytes >= kOwnMemory) return NewMappedTensor(dtype, shape, bytes);
  TF_Tensor* tensor = TF_AllocateTensor(dtype, shape.data(), static_cast<int>(shape.size()), bytes);
  if (tensor != nullptr && bytes > 0 && TF_TensorData(tensor) != nullptr)
    std::memset(TF_TensorData(tensor), 0, bytes);
  return tensor;
}

}  // namespace

Tensor::Tensor(TF_Tensor* tensor) : tensor_(tensor), dtype_(TF_TensorType(tensor)) {
  const int rank = TF_NumDims(tensor);
  shape_.reserve(rank);
  for (int axis = 0; axis < rank; ++axis) shape_.push_back(TF_Dim(tensor, axis));
}

std::shared_ptr<Tensor> Tensor::Allocate(DataType dtype, const std::vector<int64_t>& shape) {
  const size_t element_size = TF_DataTypeSize(dtype);
  if (element_size == 0) throw std::invalid_argument("A tensor of this dtype cannot be allocated");
  size_t bytes = 0;
  if (__builtin_mul_overflow(static_cast<size_t>(ElementCount(shape)), element_size, &bytes)) {
    throw std::invalid_argument("A tensor's shape is too large");
  }
  if (bytes > MemoryOfMachine()) throw std::bad_alloc();
  TF_Tensor* tensor = NewTensor(dtype, shape, bytes);
  TensorHandle handle(tensor);
  // Refused memory is a tensor without data.
  if (tensor == nullptr || (bytes > 0 && TF_TensorData(tensor) == nullptr)) throw std::bad_alloc();
  return std::shared_ptr<Tensor>(new Tensor(handle.release()));
}

std::shared_ptr<Tensor> Tensor::FromStrings(const std::vector<std::string>& values,
                                            const std::vector<int64_t>& shape) {
  if (static_cast<size_t>(ElementCount(shape)) != values.size()) {
    throw std::invalid_argument("A string tensor's shape and its number of strings differ");
  }
  auto elements = std::make_unique<TF_TString[]>(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    TF_StringInit(&elements[i]);
    TF_StringCopy(&elements[i], values[i].data(), values[i].size());
  }
  TF_Tensor* tensor =
      TF_NewTensor(TF_STRING, shape.data(), static_cast<int>(shape.size()), elements.release(),
                   values.size() * sizeof(TF_TString), FreeStrings, nullptr);
  if (tensor == nullptr) throw std::invalid_argument("TensorFlow refused a string tensor");
  return std::shared_ptr<Tensor>(new Tensor(tensor));
}

std::shared_ptr<Tensor> Tensor::Adopt(TensorHandle handle) {
  if (handle == nullptr) throw std::invalid_argument("There is no tensor to adopt");
  // The C API's one way to ask for sole ownership: it replaces the handle, or gives nothing.
  if (TF_Tensor* moved = TF_TensorMaybeMove(handle.get()); moved != nullptr) {
    handle.release();
    return std::shared_ptr<Tensor>(new Tensor(moved));
  }
  std::shared_ptr<Tensor> adopted(new Tensor(handle.release()));
  if (adopted->dtype() == TF_STRING) return FromStrings(adopted->strings(), adopted->shape());
  // Of opaque types (resources, variants) JavaScript sees no memory.
  if (TF_DataTypeSize(adopted->dtype()) == 0 || adopted->byte_size() == 0) return adopted;
  std::shared_ptr<Tensor> copy = Allocate(adopted->dtype(), adopted->shape());
  std::memcpy(copy->data(), adopted->data(), copy->byte_size());
  return copy;
}

int64_t Tensor::element_count() const noexcept { return TF_TensorElementCount(tensor_.get()); }

std::vector<std::string> Tensor::strings() const {
  if (dtype_ != TF_STRING) throw std::invalid_argument("The tensor does not hold strings");
  const auto* values = static_cast<const TF_TString*>(data());
  std::vector<std::string> result;
  result.reserve(element_count());
  for (int64_t i = 0; i < element_count(); ++i) {
    result.emplace_back(TF_StringGetDataPointer(&values[i]), TF_StringGetSize(&values[i]));
  }
  return result;
}

}  // namespace movinet
