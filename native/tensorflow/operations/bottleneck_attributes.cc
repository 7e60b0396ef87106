#include "tensorflow/operations/bottleneck_attributes.h"

#include <stdexcept>

#include "tensorflow/operations/clip_input.h"

namespace movinet {

kernels::BottleneckSpec BottleneckSpecOf(const Attributes& attributes) {
  using kernels::Gate;
  using kernels::Squeeze;
  kernels::BottleneckSpec spec;
  spec.inputs = CountOf(attributes, "inputs");
  spec.kernel_frames = CountOf(attributes, "kernel_frames");
  spec.kernel_size = CountOf(attributes, "kernel_size");
  spec.stride = CountOf(attributes, "stride");
  spec.causal = attributes.Flag("causal");
  spec.split = attributes.Flag("split");
  spec.pool = attributes.Flag("pool");
  spec.activation = ActivationOf(attributes);
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

const float* PositionsOf(const InputTensor& positions, const kernels::BottleneckSpec& spec,
                         const kernels::ClipShape& shape) {
  if (!positions.tensor) return nullptr;
  if (TF_TensorElementCount(positions.tensor.get()) !=
      static_cast<int64_t>(shape.frames * spec.squeezed()))
    throw std::invalid_argument("Positions are one row for each frame");
  return positions.data<float>();
}

}  // namespace movinet
