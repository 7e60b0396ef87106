#pragma once

#include <cstdint>
#include <string_view>

namespace movinet {

/// The elements of a serialized TensorShapeProto. Throws WireError for a dimension below zero and
/// for more elements than an int64 counts: of both, TensorFlow's own check ends the process.
int64_t PromisedElements(std::string_view tensor_shape);

/// The memory that `elements` of TensorFlow's DataType number `dtype` take; strings count without
/// their characters. Throws WireError beyond int64.
int64_t PromisedBytes(uint64_t dtype, int64_t elements);

}  // namespace movinet
