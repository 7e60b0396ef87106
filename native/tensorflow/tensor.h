#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/counted.h"
#include "tensorflow/handles.h"

namespace movinet {

using DataType = TF_DataType;

/// The most dimensions a tensor may have: with more, TensorFlow ends the process.
constexpr size_t kMaxRank = 254;

/// One TF_Tensor. Shared by whoever reads or writes its memory: a JavaScript view, a decoder, a
/// session run.
class Tensor : public Counted<Tensor> {
 public:
  /// Zero-filled, aligned memory of TensorFlow's own. Throws std::invalid_argument for a negative
  /// dimension, too many of them or an impossible size, std::bad_alloc where there is not so much.
  static std::shared_ptr<Tensor> Allocate(DataType dtype, const std::vector<int64_t>& shape);
  /// A string tensor; `values` in row-major order, as many as `shape` asks for.
  static std::shared_ptr<Tensor> FromStrings(const std::vector<std::string>& values,
                                             const std::vector<int64_t>& shape);
  /// Takes what a session run returned. Memory that something else reads or writes too (a variable,
  /// a constant of the graph, a tensor that was fed) is copied, so that this tensor is nobody
  /// else's.
  static std::shared_ptr<Tensor> Adopt(TensorHandle handle);

  DataType dtype() const noexcept { return dtype_; }
  const std::vector<int64_t>& shape() const noexcept { return shape_; }
  int64_t element_count() const noexcept;
  size_t byte_size() const noexcept { return TF_TensorByteSize(tensor_.get()); }
  void* data() const noexcept { return TF_TensorData(tensor_.get()); }
  TF_Tensor* handle() const noexcept { return tensor_.get(); }
  /// Throws std::invalid_argument unless dtype is TF_STRING.
  std::vector<std::string> strings() const;

 private:
  explicit Tensor(TF_Tensor* tensor);

  TensorHandle tensor_;
  DataType dtype_;
  std::vector<int64_t> shape_;
};

}  // namespace movinet
