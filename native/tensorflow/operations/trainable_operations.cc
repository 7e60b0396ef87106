#include "tensorflow/operations/trainable_operations.h"

#include <memory>
#include <mutex>
#include <stdexcept>

#include "kernels/gradients/head_gradient.h"
#include "kernels/gradients/stem_gradient.h"
#include "kernels/head.h"
#include "kernels/stem.h"
#include "tensorflow/operations/clip_input.h"
#include "tensorflow/operations/kernel_context.h"
#include "tensorflow/operations/trainable_bottleneck.h"
#include "tensorflow/operations/trainable_weights.h"

namespace movinet {
namespace {

class TrainableStem {
 public:
  explicit TrainableStem(const Attributes& attributes) : threads_(CountOf(attributes, "threads")) {
    spec_.inputs = CountOf(attributes, "inputs");
    spec_.kernel_size = CountOf(attributes, "kernel_size");
    spec_.stride = CountOf(attributes, "stride");
    spec_.activation = ActivationOf(attributes);
  }

 protected:
  /// Of a run whose weights begin with input `index`.
  kernels::StemSpec SpecOf(const KernelContext& context, int index) const {
    kernels::StemSpec spec = spec_;
    spec.weights = WeightsOf(context, index);
    spec.outputs = spec.weights.bias.size();
    return spec;
  }

  size_t threads_;
  kernels::StemSpec spec_;
};

class TrainableStemKernel : public TrainableStem {
 public:
  using TrainableStem::TrainableStem;

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    const kernels::StemSpec spec = SpecOf(context, 1);
    const auto stem = kernels::MakeStem(spec);
    const kernels::ClipShape shape = input.FramesFirst();
    float* output = context.AllocateOutput(0, TensorShape(input.batch, spec.OutputShape(shape)));
    stem->Run(shape, input.batch, input.tensor.data<float>(), output, threads_);
  }
};

class TrainableStemGradKernel : public TrainableStem {
 public:
  using TrainableStem::TrainableStem;

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    const InputTensor gradient = context.Input(1);
    const kernels::StemSpec spec = SpecOf(context, 2);
    const auto kernel = kernels::MakeStemGradient(spec);
    const kernels::ClipShape shape = input.FramesFirst();
    if (gradient.shape != TensorShape(input.batch, spec.OutputShape(shape)))
      throw std::invalid_argument("The gradient is of another shape than the result");
    kernel->Run(shape, input.batch, input.tensor.data<float>(), gradient.data<float>(),
                GradientOf(context, 0, 2), threads_);
  }
};

class TrainableHead {
 public:
  explicit TrainableHead(const Attributes& attributes) : threads_(CountOf(attributes, "threads")) {
    spec_.inputs = CountOf(attributes, "inputs");
    spec_.activation = ActivationOf(attributes);
  }

 protected:
  kernels::HeadSpec SpecOf(const KernelContext& context, int index) const {
    kernels::HeadSpec spec = spec_;
    spec.weights = WeightsOf(context, index);
    spec.outputs = spec.weights.bias.size();
    return spec;
  }
  static std::vector<int64_t> MeansShape(const ClipInput& input, const kernels::HeadSpec& spec) {
    return {static_cast<int64_t>(input.batch), static_cast<int64_t>(input.shape.frames),
            static_cast<int64_t>(spec.outputs)};
  }

  size_t threads_;
  kernels::HeadSpec spec_;
};

class TrainableHeadKernel : public TrainableHead {
 public:
  explicit TrainableHeadKernel(const Attributes& attributes) : TrainableHead(attributes) {
    spec_.products = ProductsOf(attributes);
  }

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    const kernels::HeadSpec spec = SpecOf(context, 1);
    const auto head = kernels::MakeHead(spec);
    float* output = context.AllocateOutput(0, MeansShape(input, spec));
    head->Run(input.shape, input.batch, input.tensor.data<float>(), output, threads_);
  }
};

class TrainableHeadGradKernel : public TrainableHead {
 public:
  explicit TrainableHeadGradKernel(const Attributes& attributes)
      : TrainableHead(attributes), input_gradients_(CountOf(attributes, "input_gradients")) {
    if (input_gradients_ > 1) throw std::invalid_argument("there is one gradient of the input");
  }

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    const InputTensor gradient = context.Input(1);
    const kernels::HeadSpec spec = SpecOf(context, 2);
    const auto kernel = kernels::MakeHeadGradient(spec);
    if (gradient.shape != MeansShape(input, spec))
      throw std::invalid_argument("The gradient is of another shape than the result");
    float* input_gradient =
        input_gradients_ == 0 ? nullptr : context.AllocateOutput(0, input.tensor.shape);
    kernel->Run(input.shape, input.batch, input.tensor.data<float>(), gradient.data<float>(),
                input_gradient, GradientOf(context, static_cast<int>(input_gradients_), 2),
                threads_);
  }

 private:
  size_t input_gradients_;
};

}  // namespace

void RegisterTrainableOperations() {
  static std::once_flag once;
  std::call_once(once, [] {
    RegisterOperation<TrainableStemKernel>(
        {"MovinetNative>TrainableClipStem",
         {"clips: float", "filter: float", "bias: float"},
         {"activations: float"},
         {"inputs: int", "kernel_size: int", "stride: int", kActivation, kThreads}});
    RegisterOperation<TrainableStemGradKernel>(
        {"MovinetNative>TrainableClipStemGrad",
         {"clips: float", "gradient: float", "filter: float", "bias: float"},
         {"filter_gradient: float", "bias_gradient: float"},
         {"inputs: int", "kernel_size: int", "stride: int", kActivation, kThreads}});
    RegisterTrainableBottleneck();
    RegisterOperation<TrainableHeadKernel>({"MovinetNative>TrainableClipHead",
                                            {"activations: float", "filter: float", "bias: float"},
                                            {"means: float"},
                                            {"inputs: int", kActivation, kProducts, kThreads}});
    RegisterOperation<TrainableHeadGradKernel>(
        {"MovinetNative>TrainableClipHeadGrad",
         {"activations: float", "gradient: float", "filter: float", "bias: float"},
         {"input_gradient: input_gradients * float", "filter_gradient: float",
          "bias_gradient: float"},
         {"input_gradients: int >= 0", "inputs: int", kActivation, kThreads}});
  });
}

}  // namespace movinet
