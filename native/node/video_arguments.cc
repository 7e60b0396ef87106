#include "node/video_arguments.h"

#include <cmath>
#include <limits>
#include <vector>

#include "node/tensor_wrap.h"

namespace movinet {

std::string PathFromJs(Napi::Value value, const char* name) {
  const std::string path = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw Napi::TypeError::New(value.Env(), std::string("Expected a path for ") + name);
  }
  return path;
}

int64_t IntegerFromJs(Napi::Value value, const char* name, int64_t minimum, int64_t maximum) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (!(number >= static_cast<double>(minimum) && number <= static_cast<double>(maximum)) ||
      number != std::floor(number)) {
    throw Napi::TypeError::New(value.Env(), std::string("Expected an integer from ") +
                                                std::to_string(minimum) + " to " +
                                                std::to_string(maximum) + " for " + name);
  }
  return static_cast<int64_t>(number);
}

Napi::Uint8Array BytesFromJs(Napi::Value value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Napi::TypeError::New(value.Env(), std::string("Expected a Uint8Array for ") + name);
  }
  return value.As<Napi::Uint8Array>();
}

ClipBatch ClipBatchFromJs(Napi::Value value) {
  const std::shared_ptr<Tensor> tensor = TensorFromJs(value);
  const std::vector<int64_t>& shape = tensor->shape();
  if (tensor->dtype() != TF_FLOAT || shape.size() != 5 || shape[2] != shape[3] || shape[4] != 3 ||
      shape[2] > std::numeric_limits<int>::max() || tensor->byte_size() == 0) {
    throw Napi::TypeError::New(
        value.Env(), "Expected a float32 tensor [batch, frames, size, size, 3] to decode into");
  }
  return {std::shared_ptr<float>(tensor, static_cast<float*>(tensor->data())), shape[0], shape[1],
          static_cast<int>(shape[2])};
}

}  // namespace movinet
