#include "tensorflow/operations/clip_bottleneck.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "kernels/bottleneck.h"
#include "tensorflow/operations/bottleneck_attributes.h"
#include "tensorflow/operations/clip_input.h"
#include "tensorflow/operations/kernel_context.h"

namespace movinet {
namespace {

class ClipBottleneckKernel {
 public:
  explicit ClipBottleneckKernel(const Attributes& attributes)
      : threads_(CountOf(attributes, "threads")),
        position_rows_(CountOf(attributes, "position_rows")),
        buffers_(CountOf(attributes, "buffers")),
        pools_(CountOf(attributes, "pools")),
        ring_(CountOf(attributes, "ring")),
        spec_(SpecOf(attributes)) {
    using kernels::Squeeze;
    const bool of_past = spec_.squeeze == Squeeze::kPast || spec_.squeeze == Squeeze::kPastAndFrame;
    if (position_rows_ > 1) throw std::invalid_argument("positions are one tensor");
    if (buffers_ > (spec_.kernel_frames > 1 ? 1 : 0))
      throw std::invalid_argument("a kernel of several frames has one buffer of them");
    if (pools_ > (of_past ? 1 : 0))
      throw std::invalid_argument("a squeeze of all frames so far has one sum of them");
    bottleneck_ = kernels::MakeBottleneck(spec_);
    spec_.DropWeights();
  }

  void Compute(const KernelContext& context) const {
    const ClipInput input(context.Input(0), spec_.inputs);
    float* output =
        context.AllocateOutput(0, TensorShape(input.batch, spec_.OutputShape(input.shape)));
    const InputTensor positions = position_rows_ > 0 ? context.Input(1) : InputTensor{};
    const float* rows = PositionsOf(positions, spec_, input.shape);
    if (buffers_ + pools_ == 0) {
      bottleneck_->Run(input.shape, input.batch, input.tensor.data<float>(), output,
                       {rows, nullptr, nullptr}, threads_);
      return;
    }
    const StateTensors tensors(*this, context, input);
    bottleneck_->Run(input.shape, input.batch, input.tensor.data<float>(), output,
                     {rows, &tensors.state, nullptr}, threads_);
  }

 private:
  /// What a stream's earlier frames left, and room for what these leave.
  struct StateTensors {
    InputTensor frames;
    InputTensor sums;
    kernels::BottleneckState state;

    StateTensors(const ClipBottleneckKernel& kernel, const KernelContext& context,
                 const ClipInput& input) {
      int index = 1 + static_cast<int>(kernel.position_rows_);
      const kernels::BottleneckSpec& spec = kernel.spec_;
      const auto batch = static_cast<int64_t>(input.batch);
      const auto channels = static_cast<int64_t>(spec.expanded);
      if (kernel.buffers_ > 0) {
        const kernels::ClipShape out = spec.OutputShape(input.shape);
        const std::vector<int64_t> shape = {
            batch, 2 * (static_cast<int64_t>(spec.kernel_frames) - 1),
            static_cast<int64_t>(out.height), static_cast<int64_t>(out.width), channels};
        frames = StateOf(context, index++, shape);
        // Whoever feeds a stream's ring gives it to be written behind what is read.
        state.frames = static_cast<float*>(TF_TensorData(frames.tensor.get()));
        state.oldest = kernel.RingBegin(context.Input(index++), static_cast<size_t>(shape[1]));
      }
      if (kernel.pools_ == 0) return;
      const std::vector<int64_t> shape = {batch, 1, 1, 1, channels};
      sums = StateOf(context, index++, shape);
      state.sums = sums.data<float>();
      state.next_sums = context.AllocateOutput(1, shape);
      const InputTensor seen = context.Input(index);
      if (TF_TensorElementCount(seen.tensor.get()) != 1)
        throw std::invalid_argument("The frames so far are one number");
      state.seen = *seen.data<int32_t>();
    }

    static InputTensor StateOf(const KernelContext& context, int index,
                               const std::vector<int64_t>& shape) {
      InputTensor tensor = context.Input(index);
      if (tensor.shape != shape)
        throw std::invalid_argument("A stream's state is of other clips than these");
      return tensor;
    }
  };

  /// The slot that this bottleneck's frames begin with.
  size_t RingBegin(const InputTensor& begins, size_t slots) const {
    const auto count = static_cast<size_t>(TF_TensorElementCount(begins.tensor.get()));
    const int32_t begin = ring_ < count ? begins.data<int32_t>()[ring_] : -1;
    if (begin < 0 || static_cast<size_t>(begin) >= slots)
      throw std::invalid_argument("A stream's ring begins with one of its slots");
    return static_cast<size_t>(begin);
  }

  static kernels::BottleneckSpec SpecOf(const Attributes& attributes) {
    kernels::BottleneckSpec spec = BottleneckSpecOf(attributes);
    spec.expansion = attributes.Weights("expansion");
    spec.depthwise = attributes.Weights("depthwise");
    spec.temporal = attributes.Weights("temporal");
    spec.reduce = attributes.Weights("reduce");
    spec.expand = attributes.Weights("expand");
    spec.projection = attributes.Weights("projection");
    spec.skip = attributes.Weights("skip");
    spec.expanded = spec.expansion.bias.size();
    spec.outputs = spec.projection.bias.size();
    spec.products = ProductsOf(attributes);
    return spec;
  }

  size_t threads_;
  size_t position_rows_;
  size_t buffers_;
  size_t pools_;
  size_t ring_;
  kernels::BottleneckSpec spec_;
  std::unique_ptr<kernels::Bottleneck> bottleneck_;
};

}  // namespace

void RegisterClipBottleneck() {
  RegisterOperation<ClipBottleneckKernel>(
      {"MovinetNative>ClipBottleneck",
       {"activations: float", "positions: position_rows * float", "frames: buffers * float",
        "begins: buffers * int32", "sums: pools * float", "seen: pools * int32"},
       {"result: float", "next_sums: pools * float"},
       {"position_rows: int >= 0 = 0",
        "buffers: int >= 0 = 0",
        "pools: int >= 0 = 0",
        "ring: int >= 0 = 0",
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
}

}  // namespace movinet
