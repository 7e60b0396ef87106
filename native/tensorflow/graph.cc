#include "tensorflow/graph.h"

#include <atomic>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "common/status.h"

namespace movinet {
namespace {

std::atomic<int64_t> live_graphs{0};

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
  void operator()(const ShapeAttribute& value) const {
    TF_SetAttrShape(description_, name_, value.dimensions.data(), Rank(value));
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
  void operator()(const std::vector<ShapeAttribute>& values) const {
    std::vector<const int64_t*> pointers;
    std::vector<int> ranks;
    for (const ShapeAttribute& value : values) {
      pointers.push_back(value.dimensions.data());
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

 private:
  static int Rank(const ShapeAttribute& shape) {
    return shape.known ? static_cast<int>(shape.dimensions.size()) : -1;
  }

  TF_OperationDescription* description_;
  const char* name_;
};

}  // namespace

Graph::Graph() : graph_(TF_NewGraph()) { live_graphs.fetch_add(1, std::memory_order_relaxed); }

Graph::~Graph() { live_graphs.fetch_sub(1, std::memory_order_relaxed); }

int64_t Graph::live_count() noexcept { return live_graphs.load(std::memory_order_relaxed); }

TF_Operation* Graph::AddOperation(const OperationSpec& spec) {
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
      TF_AddInput(description, input.outputs.at(0));
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
                                           const std::vector<TF_Output>& xs) {
  std::vector<TF_Output> ys_copy = ys;
  std::vector<TF_Output> xs_copy = xs;
  std::vector<TF_Output> gradients(xs.size());
  Status status;
  TF_AddGradients(graph_.get(), ys_copy.data(), static_cast<int>(ys_copy.size()), xs_copy.data(),
                  static_cast<int>(xs_copy.size()), nullptr, status.get(), gradients.data());
  status.ThrowIfError("Gradients");
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (gradients[i].oper == nullptr) {
      throw std::invalid_argument("There is no gradient with respect to " + OutputName(xs[i]) +
                                  ": the result does not depend on it");
    }
  }
  return gradients;
}

void Graph::ImportGraphDef(const std::string& graph_def, const std::string& prefix) {
  const BufferHandle buffer(TF_NewBufferFromString(graph_def.data(), graph_def.size()));
  const ImportOptionsHandle options(TF_NewImportGraphDefOptions());
  TF_ImportGraphDefOptionsSetPrefix(options.get(), prefix.c_str());
  Status status;
  TF_GraphImportGraphDef(graph_.get(), buffer.get(), options.get(), status.get());
  status.ThrowIfError("Import of a GraphDef");
}

std::string Graph::ToGraphDef() const {
  const BufferHandle buffer(TF_NewBuffer());
  Status status;
  TF_GraphToGraphDef(graph_.get(), buffer.get(), status.get());
  status.ThrowIfError("Export of a GraphDef");
  return {static_cast<const char*>(buffer->data), buffer->length};
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
  if (colon == std::string::npos) return {Operation(name), 0};
  int index = 0;
  const char* begin = name.data() + colon + 1;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(begin, end, index);
  if (error != std::errc() || stop != end) {
    throw std::invalid_argument("\"" + name + "\" does not name an output: expected NAME:INDEX");
  }
  TF_Operation* operation = Operation(name.substr(0, colon));
  if (index < 0 || index >= TF_OperationNumOutputs(operation)) {
    throw std::invalid_argument("The operation has no output " + name);
  }
  return {operation, index};
}

ShapeAttribute Graph::OutputShape(TF_Output output) const {
  Status status;
  const int rank = TF_GraphGetTensorNumDims(graph_.get(), output, status.get());
  status.ThrowIfError("Shape of " + OutputName(output));
  ShapeAttribute shape;
  if (rank < 0) {
    shape.known = false;
    return shape;
  }
  shape.dimensions.resize(rank);
  TF_GraphGetTensorShape(graph_.get(), output, shape.dimensions.data(), rank, status.get());
  status.ThrowIfError("Shape of " + OutputName(output));
  return shape;
}

std::string OutputName(TF_Output output) {
  return std::string(TF_OperationName(output.oper)) + ":" + std::to_string(output.index);
}

}  // namespace movinet
