#include "tensorflow/operations/clip_operations.h"

#include <memory>
#include <mutex>

#include "kernels/head.h"
#include "kernels/stem.h"
#include "tensorflow/operations/clip_bottleneck.h"
#include "tensorflow/operations/clip_input.h"
#include "tensorflow/operations/kernel_context.h"

namespace movinet {
namespace {

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
    const kernels::ClipShape shape = input.FramesFirst();
    float* output = context.AllocateOutput(0, TensorShape(input.batch, spec_.OutputShape(shape)));
    stem_->Run(shape, input.batch, input.tensor.data<float>(), output, threads_);
  }

 private:
  size_t threads_;
  kernels::StemSpec spec_;
  std::unique_ptr<kernels::Stem> stem_;
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
    RegisterClipBottleneck();
    RegisterOperation<ClipHeadKernel>(
        {"MovinetNative>ClipHead",
         {"activations: float"},
         {"means: float"},
         {"convolution: list(tensor)", "inputs: int", kActivation, kProducts, kThreads}});
  });
}

}  // namespace movinet
