#pragma once

#include <cstddef>

#include "kernels/bottleneck.h"
#include "tensorflow/operations/kernel_context.h"

// What the operations of an inverted bottleneck have in common.
namespace movinet {

/// A spec's sizes and kinds but its channels, which weights tell, and the products. Throws
/// std::invalid_argument for what is none.
kernels::BottleneckSpec BottleneckSpecOf(const Attributes& attributes);

/// `positions`: none, or one row for each frame; throws std::invalid_argument for others.
const float* PositionsOf(const InputTensor& positions, const kernels::BottleneckSpec& spec,
                         const kernels::ClipShape& shape);

}  // namespace movinet
