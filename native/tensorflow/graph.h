#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/counted.h"
#include "tensorflow/handles.h"
#include "tensorflow/tensor.h"

namespace movinet {

/// A shape as operations have it: none where the rank is unknown, -1 for an unknown dimension.
using PartialShape = std::optional<std::vector<int64_t>>;

/// The value of one attribute of an operation.
using AttributeValue =
    std::variant<bool, int64_t, float, std::string, DataType, PartialShape, std::vector<int64_t>,
                 std::vector<float>, std::vector<std::string>, std::vector<DataType>,
                 std::vector<PartialShape>, std::shared_ptr<Tensor>,
                 std::vector<std::shared_ptr<Tensor>>>;

/// An input of an operation: one tensor, or a list of them.
struct InputSpec {
  bool is_list = false;
  std::vector<TF_Output> outputs;
};

struct OperationSpec {
  std::string type;
  std::string name;
  std::string device;
  std::vector<InputSpec> inputs;
  std::vector<TF_Operation*> control_inputs;
  std::vector<std::pair<std::string, AttributeValue>> attributes;
};

/// A TF_Graph. Outlives the sessions that run it (they share it). Safe to use from several threads;
/// whoever adds operations waits for another that does.
class Graph : public Counted<Graph> {
 public:
  Graph();

  TF_Graph* handle() const noexcept { return graph_.get(); }

  /// Throws std::invalid_argument for what TensorFlow would end the process for (a name that is
  /// taken, a shape that is none), TensorFlowError for what it refuses itself.
  TF_Operation* AddOperation(const OperationSpec& spec);
  /// d(sum of ys)/dx for every x; with `gradients`, one for each y, what they carry back to every
  /// x. Throws TensorFlowError where an operation on the way has no gradient, std::invalid_argument
  /// for another number of `gradients`.
  std::vector<TF_Output> AddGradients(const std::vector<TF_Output>& ys,
                                      const std::vector<TF_Output>& xs,
                                      const std::vector<TF_Output>& gradients = {});
  /// Adds the nodes of a serialized GraphDef, names prefixed by `prefix` + "/" unless it is empty.
  void ImportGraphDef(const std::string& graph_def, const std::string& prefix);
  /// A serialized GraphDef.
  BufferHandle ToGraphDef() const;

  /// Throws std::invalid_argument when there is no operation of this name.
  TF_Operation* Operation(const std::string& name) const;
  /// Resolves "name:index" or "name", which means index 0. Throws std::invalid_argument when there
  /// is none.
  TF_Output Output(const std::string& name) const;

  /// The inferred shape.
  PartialShape OutputShape(TF_Output output) const;

 private:
  /// TensorFlow locks each call for itself, but a name must stay free from the look to the use.
  std::mutex adding_;
  GraphHandle graph_;
};

/// "name:index" of an output.
std::string OutputName(TF_Output output);

}  // namespace movinet
