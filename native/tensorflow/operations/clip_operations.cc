#include "tensorflow/operations/clip_operations.h"

#include <array>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "kernels/bottleneck.h"
#include "kernels/head.h"
#include "kernels/stem.h"
#include "tensorflow/operations/kernel_context.h"

namespace movinet {
namespace {

constexpr char kActivation[] = "activation: {'relu6', 'swish', 'hard_swish'}";
constexpr char kProducts[] = "products: {'float32', 'bfloat16'} = 'float32'";
/// 0: as many as TensorFlow takes for one operation.
constexpr char kThreads[] = "threads: int >= 0 = 0";
/// More values than one activation may have: what is counted in them stays far from overflow.
constexpr size_t kMostValues = size_t{1} << 40;

kernels::Activation ActivationOf(const Attributes& attributes) {
  const std::string name = attributes.Text("activation");
  if (name == "swish") return kernels::Activation::kSwish;
  if (name == "hard_swish") return kernels::Activation::kHardSwish;
  return kernels::Activation::kRelu6;
}

kernels::Products ProductsOf(const Attributes& attributes) {
  return attributes.Text("products") == "bfloat16" ? kernels::Products::kBfloat16
                                                   : kernels::Products::kFloat32;
}

size_t CountOf(const Attributes& attributes, const char* name) {
  const int64_t value = attributes.Integer(name);
  if (value < 0 || value > std::numeric_limits<int32_t>::max()) {
    throw std::invalid_argument(std::string(name) + " is out of range");
  }
  return static_cast<size_t>(value);
}

/// One value of several by the name that the attribute has.
template <class Value, size_t kCount>
Value Named(const std::array<std::pair<const char*, Value>, kCount>& values,
            const Attributes& attributes, const char* attribute) {
  const std::string name = attributes.Text(attribute);
  for (const auto& [known, value] : values) {
    if (name == known) return value;
  }
  throw std::invalid_argument(std::string("no ") + attribute + " is called \"" + name + "\"");
}

/// Activations [batch, height, width, frames, channels]. Throws std::invalid_argument for another
/// rank or other channels.
struct ClipInput {
  InputTensor tensor;
  size_t batch;
  kernels::ClipShape shape;

  ClipInput(InputTensor input, size_t channels) : tensor(std::move(input)) {
    const std::vector<int64_t>& sizes = tensor.shape;
    if (sizes.size() != 5 || !tensor.has_values() || static_cast<size_t>(sizes[4]) != channels) {
      throw std::invalid_argument(
          "An operation on clips takes five dimensions above 0, the last of " +
          std::to_string(channels));
    }
    batch = static_cast<size_t>(sizes[0]);
    shape = {static_cast<size_t>(sizes[1]), static_cast<size_t>(sizes[2]),
             static_cast<size_t>(sizes[3]), channels};
  }
};

std::vector<int64_t> TensorShape(size_t batch, const kernels::ClipShape& shape) {
  if (batch > kMostValues / shape.size())
    throw std::invalid_argument("The activations are too large");
  return {static_cast<int64_t>(batch), static_cast<int64_t>(shape.height),
          static_cast<int64_t>(shape.width), static_cast<int64_t>(shape.frames),
          static_cast<int64_t>(shape.channels)};
}

class ClipStemKernel {
 public:
  explicit ClipStemKernel(const Attributes& attributes) : threads_(CountOf(attributes, "threads")) {
    spec_.inputs = CountOf(attributes, "inputs");
    spec_.kernel_size = CountOf(attributes, "kernel_size");
    spec_.stride = CountOf(attributes, "stride");
    spec_.activation = ActivationOf(attributes);
    spec_.weights = attributes.Weights("convolution");
    spec_.outputs = spec_.weights.bias.size();
    stem_ = kernels::MakeStem(spec_);
    spec_.weights = {};
  }

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    // Of five dimensions as well, but with the frames in front of height and width.
    const kernels::ClipShape shape{input.shape.width, input.shape.frames, input.shape.height,
                                   spec_.inputs};
    float* output = context.AllocateOutput(0, TensorShape(input.batch, spec_.OutputShape(shape)));
    stem_->Run(shape, input.batch, input.tensor.data<float>(), output, threads_);
  }

 private:
  size_t threads_;
  kernels::StemSpec spec_;
  std::unique_ptr<kernels::Stem> stem_;
};

class ClipBottleneckKernel {
 public:
  explicit ClipBottleneckKernel(const Attributes& attributes)
      : threads_(CountOf(attributes, "threads")), spec_(SpecOf(attributes)) {
    bottleneck_ = kernels::MakeBottleneck(spec_);
    // Whether there is a way around of its own is all that is asked later.
    for (kernels::Weights* weights :
         {&spec_.expansion, &spec_.depthwise, &spec_.temporal, &spec_.reduce, &spec_.expand,
          &spec_.projection, &spec_.skip}) {
      *weights = {};
    }
  }

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    float* output =
        context.AllocateOutput(0, TensorShape(input.batch, spec_.OutputShape(input.shape)));
    if (context.InputCount() > 2) throw std::invalid_argument("Positions are one tensor");
    const InputTensor positions = context.InputCount() > 1 ? context.Input(1) : InputTensor{};
    if (positions.tensor && TF_TensorElementCount(positions.tensor.get()) !=
                                static_cast<int64_t>(input.shape.frames * spec_.squeezed())) {
      throw std::invalid_argument("Positions are one row for each frame");
    }
    bottleneck_->Run(input.shape, input.batch, input.tensor.data<float>(), output,
                     positions.tensor ? positions.data<float>() : nullptr, nullptr, threads_);
  }

 private:
  static kernels::BottleneckSpec SpecOf(const Attributes& attributes) {
    using kernels::Gate;
    using kernels::Squeeze;
    kernels::BottleneckSpec spec;
    spec.expansion = attributes.Weights("expansion");
    spec.depthwise = attributes.Weights("depthwise");
    spec.temporal = attributes.Weights("temporal");
    spec.reduce = attributes.Weights("reduce");
    spec.expand = attributes.Weights("expand");
    spec.projection = attributes.Weights("projection");
    spec.skip = attributes.Weights("skip");
    spec.inputs = CountOf(attributes, "inputs");
    spec.expanded = spec.expansion.bias.size();
    spec.outputs = spec.projection.bias.size();
    spec.kernel_frames = CountOf(attributes, "kernel_frames");
    spec.kernel_size = CountOf(attributes, "kernel_size");
    spec.stride = CountOf(attributes, "stride");
    spec.causal = attributes.Flag("causal");
    spec.split = attributes.Flag("split");
    spec.pool = attributes.Flag("pool");
    spec.activation = ActivationOf(attributes);
    spec.products = ProductsOf(attributes);
    spec.squeeze = Named<Squeeze, 6>({{{"none", Squeeze::kNone},
                                       {"clip", Squeeze::kClip},
                                       {"frame", Squeeze::kFrame},
                                       {"past", Squeeze::kPast},
                                       {"past_and_frame", Squeeze::kPastAndFrame},
                                       {"clip_and_frame", Squeeze::kClipAndFrame}}},
                                     attributes, "squeeze");
    spec.gate = Named<Gate, 3>({{{"sigmoid", Gate::kSigmoid},
                                 {"hard_sigmoid", Gate::kHardSigmoid},
                                 {"keras_hard_sigmoid", Gate::kKerasHardSigmoid}}},
                               attributes, "gate");
    return spec;
  }

  size_t threads_;
  kernels::BottleneckSpec spec_;
  std::unique_ptr<kernels::Bottleneck> bottleneck_;
};

class ClipHeadKernel {
 public:
  explicit ClipHeadKernel(const Attributes& attributes) : threads_(CountOf(attributes, "threads")) {
    kernels::HeadSpec spec;
    spec.inputs = CountOf(attributes, "inputs");
    spec.activation = ActivationOf(attributes);
    spec.products = ProductsOf(attributes);
    spec.weights = attributes.Weights("convolution");
    spec.outputs = spec.weights.bias.size();
    inputs_ = spec.inputs;
    outputs_ = static_cast<int64_t>(spec.outputs);
    head_ = kernels::MakeHead(spec);
  }

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), inputs_);
    float* output = context.AllocateOutput(
        0, {static_cast<int64_t>(input.batch), static_cast<int64_t>(input.shape.frames), outputs_});
    head_->Run(input.shape, input.batch, input.tensor.data<float>(), output, threads_);
  }

 private:
  size_t threads_;
  size_t inputs_;
  int64_t outputs_;
  std::unique_ptr<kernels::Head> head_;
};

}  // namespace

void RegisterClipOperations() {
  static std::once_flag once;
  std::call_once(once, [] {
    RegisterOperation<ClipStemKernel>({"MovinetNative>ClipStem",
                                       {"clips: float"},
                                       {"activations: float"},
                                       {"convolution: list(tensor)", "inputs: int",
                                        "kernel_size: int", "stride: int", kActivation, kThreads}});
    RegisterOperation<ClipBottleneckKernel>(
        {"MovinetNative>ClipBottleneck",
         {"activations: float", "positions: position_rows * float"},
         {"result: float"},
         {"position_rows: int >= 0 = 0",
          "expansion: list(tensor)",
          "depthwise: list(tensor)",
          "temporal: list(tensor) = []",
          "reduce: list(tensor) = []",
          "expand: list(tensor) = []",
          "projection: list(tensor)",
          "skip: list(tensor) = []",
          "inputs: int",
          "kernel_frames: int",
          "kernel_size: int",
          "stride: int",
          "causal: bool",
          "split: bool",
          "pool: bool",
          "squeeze: string",
          "gate: string",
          kActivation,
          kProducts,
          kThreads}});
    RegisterOperation<ClipHeadKernel>(
        {"MovinetNative>ClipHead",
         {"activations: float"},
         {"means: float"},
         {"convolution: list(tensor)", "inputs: int", kActivation, kProducts, kThreads}});
  });
}

}  // namespace movinet
