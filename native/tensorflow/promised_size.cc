#include "tensorflow/promised_size.h"

#include <tensorflow/c/tf_datatype.h>
#include <tensorflow/c/tf_tstring.h>

#include "tensorflow/wire_reader.h"

namespace movinet {

int64_t PromisedElements(std::string_view tensor_shape) {
  // Field numbers are those of TensorFlow's own .proto files, here and in the files beside.
  constexpr uint64_t kDim = 2;
  constexpr uint64_t kSize = 1;
  int64_t elements = 1;
  for (WireReader shape(tensor_shape); !shape.AtEnd();) {
    const WireReader::Field field = shape.Next();
    if (!field.IsBytes(kDim)) continue;
    int64_t size = 0;
    for (WireReader dim(field.bytes); !dim.AtEnd();) {
      const WireReader::Field inner = dim.Next();
      if (inner.IsVarint(kSize)) size = static_cast<int64_t>(inner.value);
    }
    if (size < 0) throw WireError("a dimension below zero");
    // A zero does not excuse what comes before it: TensorFlow multiplies in this order too.
    if (__builtin_mul_overflow(elements, size, &elements)) throw WireError("a shape too large");
  }
  return elements;
}

int64_t PromisedBytes(uint64_t dtype, int64_t elements) {
  const size_t known =
      dtype < 1000 ? TF_DataTypeSize(static_cast<TF_DataType>(dtype)) : sizeof(TF_TString);
  const auto size = static_cast<int64_t>(known == 0 ? sizeof(TF_TString) : known);
  int64_t bytes = 0;
  if (__builtin_mul_overflow(elements, size, &bytes)) throw WireError("a shape too large");
  return bytes;
}

}  // namespace movinet
