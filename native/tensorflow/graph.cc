#include "tensorflow/graph.h"

#include <charconv>
#include <stdexcept>
#include <utility>

#include "tensorflow/operations/clip_operations.h"
#include "tensorflow/operations/trainable_operations.h"
#include "tensorflow/status.h"

namespace movinet {
namespace {

/// TensorFlow ends the process for a shape that breaks one of these.
void CheckShape(const PartialShape& shape) {
  if (!shape) return;
  if (shape->size() > kMaxRank) {
    throw std::invalid_argument("A shape has at most " + std::to_string(kMaxRank) + " dimensions");
  }
  int64_t count = 1;
  for (const int64_t dimension : *shape) {
    if (dimension < -1) {
      throw std::invalid_argument("A shape has a dimension below -1");
    }
    if (dimension > 0 && __builtin_mul_overflow(count, dimension, &count)) {
      throw std::invalid_argument("A shape is too large");
    }
  }
}

void CheckShapes(const AttributeValue& value) {
  if (const auto* shape = std::get_if<PartialShape>(&value)) CheckShape(*shape);
  if (const auto* shapes = std::get_if<std::vector<PartialShape>>(&value)) {
    for (const PartialShape& each : *shapes) CheckShape(each);
  }
}

/// Sets one attribute of a TF_OperationDescription by the type that its value has.
class AttributeSetter {
 public:
  AttributeSetter(TF_OperationDescription* description, const char* name)
      : description_(description), name_(name) {}

  void operator()(bool value) const {
    TF_SetAttrBool(description_, name_, static_cast<unsigned char>(value));
  }
  void operator()(int64_t value) const { TF_SetAttrInt(description_, name_, value); }
  void operator()(float value) const { TF_SetAttrFloat(description_, name_, value); }
  void operator()(const std::string& value) const {
    TF_SetAttrString(description_, name_, value.data(), value.size());
  }
  void operator()(DataType value) const { TF_SetAttrType(description_, name_, value); }
  void operator()(const PartialShape& value) const {
    TF_SetAttrShape(description_, name_, value ? value->data() : nullptr, Rank(value));
  }
  void operator()(const std::vector<int64_t>& values) const {
    TF_SetAttrIntList(description_, name_, values.data(), static_cast<int>(values.size()));
  }
  void operator()(const std::vector<float>& values) const {
    TF_SetAttrFloatList(description_, name_, values.data(), static_cast<int>(values.size()));
  }
  void operator()(const std::vector<std::string>& values) const {
    std::vector<const void*> pointers;
    std::vector<size_t> lengths;
    for (const std::string& value : values) {
      pointers.push_back(value.data());
      lengths.push_back(value.size());
    }
    TF_SetAttrStringList(description_, name_, pointers.data(), lengths.data(),
                         static_cast<int>(values.size()));
  }
  void operator()(const std::vector<DataType>& values) const {
    TF_SetAttrTypeList(description_, name_, values.data(), static_cast<int>(values.size()));
  }
  void operator()(const std::vector<PartialShape>& values) const {
    std::vector<const int64_t*> pointers;
    std::vector<int> ranks;
    for (const PartialShape& value : values) {
      pointers.push_back(value ? value->data() : nullptr);
      ranks.push_back(Rank(value));
    }
    TF_SetAttrShapeList(description_, name_, pointers.data(), ranks.data(),
                        static_cast<int>(values.size()));
  }
  void operator()(const std::shared_ptr<Tensor>& value) const {
    Status status;
    TF_SetAttrTensor(description_, name_, value->handle(), status.get());
    status.ThrowIfError(name_);
  }
  void operator()(const std::vector<std::shared_ptr<Tensor>>& values) const {
    std::vector<TF_Tensor*> tensors;
    for (const std::shared_ptr<Tensor>& value : values) tensors.push_back(value->handle());
    Status status;
    TF_SetAttrTensorList(description_, name_, tensors.data(), static_cast<int>(tensors.size()),
                         status.get());
    status.ThrowIfError(name_);
  }

 private:
  static int Rank(const PartialShape& shape) {
    return shape ? static_cast<int>(shape->size()) : -1;
  }

  TF_OperationDescription* description_;
  const char* name_;
};

}  // namespace

// Whoever has a graph can add the project's own operations to it, or import a graph that has them.
Graph::Graph() : graph_(TF_NewGraph()) {
  RegisterClipOperations();
  RegisterTrainableOperations();
}

TF_Operation* Graph::AddOperation(const OperationSpec& spec) {
  for (const auto& [name, value] : spec.attributes) CheckShapes(value);
  // Before there is a description: it could be freed only by finishing it.
  for (const InputSpec& input : spec.inputs) {
    if (!input.is_list && input.outputs.size() != 1) {
      throw std::invalid_argument("An input that is no list is one output");
    }
  }
  const std::lock_guard<std::mutex> lock(adding_);
  // TF_NewOperation aborts the process on a name that is taken.
  if (TF_GraphOperationByName(graph_.get(), spec.name.c_str()) != nullptr) {
    throw std::invalid_argument("The graph already has an operation named " + spec.name);
  }
  TF_OperationDescription* description =
      TF_NewOperation(graph_.get(), spec.type.c_str(), spec.name.c_str());
  // A description can be freed only by finishing it, so an attribute's error is kept until then.
  std::exception_ptr attribute_error;
  if (!spec.device.empty()) TF_SetDevice(description, spec.device.c_str());
  for (const InputSpec& input : spec.inputs) {
    if (input.is_list) {
      TF_AddInputList(description, input.outputs.data(), static_cast<int>(input.outputs.size()));
    } else {
      TF_AddInput(description, input.outputs.front());
    }
  }
  for (TF_Operation* control : spec.control_inputs) TF_AddControlInput(description, control);
  for (const auto& [name, value] : spec.attributes) {
    try {
      std::visit(AttributeSetter(description, name.c_str()), value);
    } catch (...) {
      attribute_error = std::current_exception();
    }
  }
  Status status;
  TF_Operation* operation = TF_FinishOperation(description, status.get());
  if (attribute_error) std::rethrow_exception(attribute_error);
  status.ThrowIfError(spec.type + " " + spec.name);
  return operation;
}

std::vector<TF_Output> Graph::AddGradients(const std::vector<TF_Output>& ys,
                                           const std::vector<TF_Output>& xs,
                                           const std::vector<TF_Output>& gradients) {
  if (!gradients.empty() && gradients.size() != ys.size())
    throw std::invalid_argument("Gradients: one for each result, or none");
  std::vector<TF_Output> ys_copy = ys;
  std::vector<TF_Output> xs_copy = xs;
  std::vector<TF_Output> given = gradients;
  std::vector<TF_Output> results(xs.size());
  Status status;
  const std::lock_guard<std::mutex> lock(adding_);
  TF_AddGradients(graph_.get(), ys_copy.data(), static_cast<int>(ys_copy.size()), xs_copy.data(),
                  static_cast<int>(xs_copy.size()), given.empty() ? nullptr : given.data(),
                  status.get(), results.data());
  status.ThrowIfError("Gradients");
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].oper == nullptr) {
      throw std::invalid_argument("There is no gradient with respect to " + OutputName(xs[i]) +
                                  ": the result does not depend on it");
    }
  }
  return results;
}

void Graph::ImportGraphDef(const std::string& graph_def, const std::string& prefix) {
  const BufferHandle buffer(TF_NewBufferFromString(graph_def.data(), graph_def.size()));
  const ImportOptionsHandle options(TF_NewImportGraphDefOptions());
  TF_ImportGraphDefOptionsSetPrefix(options.get(), prefix.c_str());
  Status status;
  const std::lock_guard<std::mutex> lock(adding_);
  TF_GraphImportGraphDef(graph_.get(), buffer.get(), options.get(), status.get());
  status.ThrowIfError("Import of a GraphDef");
}

BufferHandle Graph::ToGraphDef() const {
  BufferHandle buffer(TF_NewBuffer());
  Status status;
  TF_GraphToGraphDef(graph_.get(), buffer.get(), status.get());
  status.ThrowIfError("Export of a GraphDef");
  return buffer;
}

TF_Operation* Graph::Operation(const std::string& name) const {
  TF_Operation* operation = TF_GraphOperationByName(graph_.get(), name.c_str());
  if (operation == nullptr) {
    throw std::invalid_argument("The graph has no operation named " + name);
  }
  return operation;
}

TF_Output Graph::Output(const std::string& name) const {
  const size_t colon = name.rfind(':');
  int index = 0;
  if (colon != std::string::npos) {
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + colon + 1, end, index);
    if (error != std::errc() || stop != end) {
      throw std::invalid_argument("\"" + name + "\" does not name an output: expected NAME:INDEX");
    }
  }
  TF_Operation* operation = Operation(name.substr(0, colon));
  if (index < 0 || index >= TF_OperationNumOutputs(operation)) {
    throw std::invalid_argument("The operation has no output " + name);
  }
  return {operation, index};
}

PartialShape Graph::OutputShape(TF_Output output) const {
  Status status;
  const int rank = TF_GraphGetTensorNumDims(graph_.get(), output, status.get());
  status.ThrowIfError("Shape of " + OutputName(output));
  if (rank < 0) return std::nullopt;
  std::vector<int64_t> shape(static_cast<size_t>(rank));
  TF_GraphGetTensorShape(graph_.get(), output, shape.data(), rank, status.get());
  status.ThrowIfError("Shape of " + OutputName(output));
  return shape;
}

std::string OutputName(TF_Output output) {
  return std::string(TF_OperationName(output.oper)) + ":" + std::to_string(output.index);
}

}  // namespace movinet
