#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tensorflow/handles.h"
#include "tensorflow/tensor.h"

namespace movinet {

/// A TensorShape attribute; `nullopt`-like unknown rank is `known == false`, an unknown dimension
/// is -1.
struct ShapeAttribute {
  bool known = true;
  std::vector<int64_t> dimensions;
};

/// The value of one attribute of an operation.
using AttributeValue =
    std::variant<bool, int64_t, float, std::string, DataType, ShapeAttribute, std::vector<int64_t>,
                 std::vector<float>, std::vector<std::string>, std::vector<DataType>,
                 std::vector<ShapeAttribute>, std::shared_ptr<Tensor>>;

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

/// A TF_Graph. Outlives the sessions that run it (they share it). Safe to use from several threads.
class Graph {
 public:
  Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph();

  TF_Graph* handle() const noexcept { return graph_.get(); }

  TF_Operation* AddOperation(const OperationSpec& spec);
  /// d(sum of ys)/dx for every x. Throws TensorFlowError where an operation on the way has no
  /// gradient.
  std::vector<TF_Output> AddGradients(const std::vector<TF_Output>& ys,
                                      const std::vector<TF_Output>& xs);
  /// Adds the nodes of a serialized GraphDef, names prefixed by `prefix` + "/" unless it is empty.
  void ImportGraphDef(const std::string& graph_def, const std::string& prefix);
  std::string ToGraphDef() const;

  /// Throws std::invalid_argument when there is no operation of this name.
  TF_Operation* Operation(const std::string& name) const;
  /// Resolves "name:index" or "name", which means index 0.
  TF_Output Output(const std::string& name) const;

  /// The inferred shape; `known == false` for an unknown rank.
  ShapeAttribute OutputShape(TF_Output output) const;

  static int64_t live_count() noexcept;

 private:
  GraphHandle graph_;
};

/// "name:index" of an output.
std::string OutputName(TF_Output output);

}  // namespace movinet
