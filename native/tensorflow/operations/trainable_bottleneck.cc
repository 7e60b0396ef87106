#include "tensorflow/operations/trainable_bottleneck.h"

#include <memory>
#include <stdexcept>
#include <vector>

#include "kernels/bottleneck.h"
#include "kernels/gradients/bottleneck_gradient.h"
#include "tensorflow/operations/bottleneck_attributes.h"
#include "tensorflow/operations/clip_input.h"
#include "tensorflow/operations/kernel_context.h"
#include "tensorflow/operations/trainable_weights.h"

namespace movinet {
namespace {

/// What the operation and its gradient have in common.
class TrainableBottleneck {
 public:
  explicit TrainableBottleneck(const Attributes& attributes)
      : threads_(CountOf(attributes, "threads")),
        position_rows_(CountOf(attributes, "position_rows")),
        scale_rows_(CountOf(attributes, "scale_rows")),
        parts_(CountOf(attributes, "parts")),
        spec_(BottleneckSpecOf(attributes)),
        projected_(attributes.Flag("projected")) {
    if (position_rows_ > 1 || scale_rows_ > 1)
      throw std::invalid_argument("positions and scales are one tensor each");
    if (parts_ != 2 * Layers().size())
      throw std::invalid_argument("each layer has a filter and a bias");
  }

 protected:
  struct Layer {
    kernels::Weights kernels::BottleneckSpec::* weights;
    kernels::WeightGradient kernels::BottleneckGradients::* gradient;
  };

  /// Those that there are, in their order.
  std::vector<Layer> Layers() const {
    using S = kernels::BottleneckSpec;
    using G = kernels::BottleneckGradients;
    std::vector<Layer> layers = {{&S::expansion, &G::expansion}, {&S::depthwise, &G::depthwise}};
    if (spec_.split && spec_.kernel_frames > 1) layers.push_back({&S::temporal, &G::temporal});
    if (spec_.squeeze != kernels::Squeeze::kNone) {
      layers.push_back({&S::reduce, &G::reduce});
      layers.push_back({&S::expand, &G::expand});
    }
    layers.push_back({&S::projection, &G::projection});
    if (projected_) layers.push_back({&S::skip, &G::skip});
    return layers;
  }

  /// Of a run whose weights begin with input `index`.
  kernels::BottleneckSpec SpecOf(const KernelContext& context, int index) const {
    kernels::BottleneckSpec spec = spec_;
    for (const Layer& layer : Layers()) {
      spec.*layer.weights = WeightsOf(context, index);
      index += 2;
    }
    spec.expanded = spec.expansion.bias.size();
    spec.outputs = spec.projection.bias.size();
    return spec;
  }

  /// What may stand between the activations and the weights.
  struct Extras {
    InputTensor positions;
    InputTensor scales;
    /// The first input behind these.
    int next;

    Extras(const TrainableBottleneck& operation, const KernelContext& context, int index,
           size_t batch)
        : next(index) {
      if (operation.position_rows_ > 0) positions = context.Input(next++);
      if (operation.scale_rows_ > 0) scales = context.Input(next++);
      if (scales.tensor &&
          TF_TensorElementCount(scales.tensor.get()) != static_cast<int64_t>(batch))
        throw std::invalid_argument("Scales are one for each clip");
    }

    const float* scale_values() const { return scales.tensor ? scales.data<float>() : nullptr; }
  };

  size_t threads_;
  size_t position_rows_;
  size_t scale_rows_;
  size_t parts_;
  kernels::BottleneckSpec spec_;
  bool projected_;
};

class TrainableBottleneckKernel : public TrainableBottleneck {
 public:
  explicit TrainableBottleneckKernel(const Attributes& attributes)
      : TrainableBottleneck(attributes) {
    spec_.products = ProductsOf(attributes);
  }

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    const Extras extras(*this, context, 1, input.batch);
    const kernels::BottleneckSpec spec = SpecOf(context, extras.next);
    const auto bottleneck = kernels::MakeBottleneck(spec);
    float* output =
        context.AllocateOutput(0, TensorShape(input.batch, spec.OutputShape(input.shape)));
    bottleneck->Run(
        input.shape, input.batch, input.tensor.data<float>(), output,
        {PositionsOf(extras.positions, spec, input.shape), nullptr, extras.scale_values()},
        threads_);
  }
};

class TrainableBottleneckGradKernel : public TrainableBottleneck {
 public:
  explicit TrainableBottleneckGradKernel(const Attributes& attributes)
      : TrainableBottleneck(attributes), input_gradients_(CountOf(attributes, "input_gradients")) {
    if (input_gradients_ > 1) throw std::invalid_argument("there is one gradient of the input");
  }

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    const InputTensor gradient = context.Input(1);
    const Extras extras(*this, context, 2, input.batch);
    const kernels::BottleneckSpec spec = SpecOf(context, extras.next);
    const auto kernel = kernels::MakeBottleneckGradient(spec);
    if (gradient.shape != TensorShape(input.batch, spec.OutputShape(input.shape)))
      throw std::invalid_argument("The gradient is of another shape than the result");
    kernels::BottleneckGradients gradients;
    int output = 0;
    if (input_gradients_ > 0)
      gradients.input = context.AllocateOutput(output++, input.tensor.shape);
    if (position_rows_ > 0)
      gradients.positions = context.AllocateOutput(output++, extras.positions.shape);
    int weights = extras.next;
    for (const Layer& layer : Layers()) {
      gradients.*layer.gradient = GradientOf(context, output, weights);
      output += 2;
      weights += 2;
    }
    kernel->Run(input.shape, input.batch,
                {input.tensor.data<float>(), gradient.data<float>(),
                 PositionsOf(extras.positions, spec, input.shape), extras.scale_values()},
                gradients, threads_);
  }

 private:
  size_t input_gradients_;
};

std::vector<const char*> WithCommon(std::vector<const char*> attributes) {
  attributes.insert(
      attributes.end(),
      {"position_rows: int >= 0 = 0", "scale_rows: int >= 0 = 0", "parts: int >= 1", "inputs: int",
       "kernel_frames: int", "kernel_size: int", "stride: int", "causal: bool", "split: bool",
       "pool: bool", "projected: bool", "squeeze: string", "gate: string", kActivation, kThreads});
  return attributes;
}

}  // namespace

void RegisterTrainableBottleneck() {
  RegisterOperation<TrainableBottleneckKernel>(
      {"MovinetNative>TrainableClipBottleneck",
       {"activations: float", "positions: position_rows * float", "scales: scale_rows * float",
        "weights: parts * float"},
       {"result: float"},
       WithCommon({kProducts})});
  RegisterOperation<TrainableBottleneckGradKernel>(
      {"MovinetNative>TrainableClipBottleneckGrad",
       {"activations: float", "gradient: float", "positions: position_rows * float",
        "scales: scale_rows * float", "weights: parts * float"},
       {"input_gradient: input_gradients * float", "position_gradient: position_rows * float",
        "weight_gradients: parts * float"},
       WithCommon({"input_gradients: int >= 0"})});
}

}  // namespace movinet
