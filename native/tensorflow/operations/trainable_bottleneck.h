#pragma once

namespace movinet {

/// Makes the inverted bottleneck that learns, and its gradient, known to TensorFlow: see
/// trainable_operations.h.
void RegisterTrainableBottleneck();

}  // namespace movinet
