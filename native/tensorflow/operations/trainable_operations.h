#pragma once

namespace movinet {

/// Makes the fused operations with weights that learn known to TensorFlow, once for the process. As
/// those of clip_operations.h, but the weights are inputs: one list of each convolution's filter
/// and bias, in the order of the layers. TensorFlow knows no gradient of them: each has an
/// operation beside it that computes it, named as it with `Grad` behind, from the same inputs and
/// the gradient of the result. That gives the gradient of the activations where `input_gradient`
/// asks for it, and those of the weights.
///
/// - `MovinetNative>TrainableClipStem`, whose clips have no gradient.
/// - `MovinetNative>TrainableClipBottleneck`, which also takes `scales` [batch], of what each
/// clip's way around is added to: stochastic depth.
/// - `MovinetNative>TrainableClipHead`.
void RegisterTrainableOperations();

}  // namespace movinet
