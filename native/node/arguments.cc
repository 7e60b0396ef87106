#include "node/arguments.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <memory>

#include "node/tensor_wrap.h"

namespace movinet {
namespace {

Napi::TypeError Expected(Napi::Value value, const std::string& what, const char* name) {
  return Napi::TypeError::New(value.Env(), "Expected " + what + " for " + name);
}

struct NamedType {
  const char* name;
  DataType dtype;
};

constexpr std::array<NamedType, 12> kDataTypes = {{{"float32", TF_FLOAT},
                                                   {"float64", TF_DOUBLE},
                                                   {"int32", TF_INT32},
                                                   {"int64", TF_INT64},
                                                   {"uint8", TF_UINT8},
                                                   {"bool", TF_BOOL},
                                                   {"string", TF_STRING},
                                                   {"resource", TF_RESOURCE},
                                                   {"bfloat16", TF_BFLOAT16},
                                                   {"float16", TF_HALF},
                                                   {"int8", TF_INT8},
                                                   {"uint16", TF_UINT16}}};

int64_t AnyIntegerFromJs(Napi::Value value, const char* name) {
  return IntegerFromJs(value, name, -kMaxSafeInteger, kMaxSafeInteger);
}

float FloatFromJs(Napi::Value value, const char* name) {
  return static_cast<float>(NumberFromJs(value, name));
}

std::shared_ptr<Tensor> AttributeTensorFromJs(Napi::Value value, const char* /*name*/) {
  return TensorFromJs(value);
}

/// The reader of a single value as one of an attribute, or of a list of them.
template <auto element>
AttributeValue Single(Napi::Value value, const char* name) {
  return element(value, name);
}
template <auto element>
AttributeValue List(Napi::Value value, const char* name) {
  return ListFromJs(value, name, element);
}

using AttributeReader = AttributeValue (*)(Napi::Value, const char*);

const std::map<std::string, AttributeReader>& AttributeReaders() {
  static const std::map<std::string, AttributeReader> readers = {
      {"int", Single<AnyIntegerFromJs>},         {"float", Single<FloatFromJs>},
      {"type", Single<DataTypeFromJs>},          {"shape", Single<PartialShapeFromJs>},
      {"tensor", Single<AttributeTensorFromJs>}, {"tensors", List<AttributeTensorFromJs>},
      {"ints", List<AnyIntegerFromJs>},          {"floats", List<FloatFromJs>},
      {"strings", List<StringFromJs>},           {"types", List<DataTypeFromJs>},
      {"shapes", List<PartialShapeFromJs>},
  };
  return readers;
}

std::vector<int64_t> DimensionsFromJs(Napi::Value value, const char* name, int64_t least) {
  return ListFromJs(value, name, [least](Napi::Value dimension, const char* its_name) {
    return IntegerFromJs(dimension, its_name, least, kMaxSafeInteger);
  });
}

}  // namespace

std::string StringFromJs(Napi::Value value, const char* name) {
  if (!value.IsString()) throw Expected(value, "a string", name);
  return value.As<Napi::String>().Utf8Value();
}

std::string PathFromJs(Napi::Value value, const char* name) {
  const std::string path = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (path.empty() || path.find('\0') != std::string::npos) throw Expected(value, "a path", name);
  return path;
}

double NumberFromJs(Napi::Value value, const char* name) {
  if (!value.IsNumber()) throw Expected(value, "a number", name);
  return value.As<Napi::Number>().DoubleValue();
}

bool BooleanFromJs(Napi::Value value, const char* name) {
  if (!value.IsBoolean()) {
    throw Napi::TypeError::New(value.Env(), std::string("Expected a boolean for ") + name);
  }
  return value.As<Napi::Boolean>().Value();
}

int64_t IntegerFromJs(Napi::Value value, const char* name, int64_t minimum, int64_t maximum) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (!(number >= static_cast<double>(minimum) && number <= static_cast<double>(maximum)) ||
      number != std::floor(number)) {
    throw Expected(value,
                   "an integer from " + std::to_string(minimum) + " to " + std::to_string(maximum),
                   name);
  }
  return static_cast<int64_t>(number);
}

std::string BytesFromJs(Napi::Value value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Expected(value, "a Uint8Array", name);
  }
  const auto bytes = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()};
}

std::string OptionalBytesFromJs(Napi::Value value, const char* name) {
  return value.IsUndefined() ? std::string() : BytesFromJs(value, name);
}

Napi::Object ObjectFromJs(Napi::Value value, const char* name) {
  if (!value.IsObject()) throw Expected(value, "an object", name);
  return value.As<Napi::Object>();
}

std::vector<std::string> StringsFromJs(Napi::Value value, const char* name) {
  return ListFromJs(value, name, StringFromJs);
}

DataType DataTypeFromJs(Napi::Value value, const char* name) {
  const std::string given = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  for (const auto& type : kDataTypes) {
    if (given == type.name) return type.dtype;
  }
  throw Expected(value, "a dtype, not \"" + given + "\",", name);
}

Napi::String DataTypeToJs(Napi::Env env, DataType dtype) {
  for (const auto& type : kDataTypes) {
    if (dtype == type.dtype) return Napi::String::New(env, type.name);
  }
  return Napi::String::New(env, "dtype " + std::to_string(static_cast<int>(dtype)));
}

std::vector<int64_t> ShapeFromJs(Napi::Value value, const char* name) {
  return DimensionsFromJs(value, name, 0);
}

PartialShape PartialShapeFromJs(Napi::Value value, const char* name) {
  if (value.IsNull()) return std::nullopt;
  return DimensionsFromJs(value, name, -1);
}

Napi::Array ShapeToJs(Napi::Env env, const std::vector<int64_t>& shape) {
  Napi::Array result = Napi::Array::New(env, shape.size());
  for (size_t i = 0; i < shape.size(); ++i) {
    result.Set(static_cast<uint32_t>(i), Napi::Number::New(env, static_cast<double>(shape[i])));
  }
  return result;
}

AttributeValue AttributeFromJs(Napi::Value value, const char* name) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  if (value.IsObject()) {
    const Napi::Object object = value.As<Napi::Object>();
    const Napi::Array keys = object.GetPropertyNames();
    if (keys.Length() == 1) {
      const std::string kind = StringFromJs(keys.Get(uint32_t{0}), name);
      const auto reader = AttributeReaders().find(kind);
      if (reader != AttributeReaders().end()) return reader->second(object.Get(kind), name);
    }
  }
  throw Expected(value, "a kind of attribute that there is", name);
}

ClipBatch ClipBatchFromJs(Napi::Value value, const char* name) {
  const std::shared_ptr<Tensor> tensor = TensorFromJs(value);
  const std::vector<int64_t>& shape = tensor->shape();
  if ((tensor->dtype() != TF_FLOAT && tensor->dtype() != TF_UINT8) || shape.size() != 5 ||
      shape[2] != shape[3] || shape[4] != 3 || shape[2] > std::numeric_limits<int>::max() ||
      tensor->byte_size() == 0) {
    throw Expected(value, "a float32 or uint8 tensor [batch, frames, size, size, 3]", name);
  }
  ClipBatch batch;
  // Keeps the tensor, of which it is a part.
  batch.data = std::shared_ptr<void>(tensor, tensor->data());
  batch.type = tensor->dtype() == TF_FLOAT ? PixelType::kFloat32 : PixelType::kUint8;
  batch.slots = shape[0];
  batch.frames = shape[1];
  batch.size = static_cast<int>(shape[2]);
  return batch;
}

void OnAbort(Napi::Value object, const std::function<void()>& stop) {
  if (object.IsUndefined()) return;
  const Napi::Env env = object.Env();
  const Napi::Value given = ObjectFromJs(object, "options").Get("signal");
  if (given.IsUndefined()) return;
  const Napi::Object signal = ObjectFromJs(given, "signal");
  const Napi::Value listen = signal.Get("addEventListener");
  if (!listen.IsFunction()) throw Napi::TypeError::New(env, "Expected an AbortSignal for signal");
  const auto call = [stop](const Napi::CallbackInfo& /*info*/) { stop(); };
  listen.As<Napi::Function>().Call(
      signal, {Napi::String::New(env, "abort"), Napi::Function::New(env, call)});
  if (signal.Get("aborted").ToBoolean().Value()) stop();
}

ReadingOptions ReadingOptionsFromJs(Napi::Value value, const char* name) {
  ReadingOptions options;
  if (value.IsUndefined()) return options;
  const Napi::Object object = ObjectFromJs(value, name);
  const auto read = [&object](const char* key, const auto& take) {
    const Napi::Value given = object.Get(key);
    if (!given.IsUndefined()) take(given, key);
  };
  const auto flag = [&read](const char* key, bool& target) {
    read(key, [&target](const Napi::Value& given, const char* each) {
      target = BooleanFromJs(given, each);
    });
  };
  const auto seconds = [&read](const char* key, std::chrono::milliseconds& target) {
    read(key, [&target](const Napi::Value& given, const char* each) {
      constexpr double kMostSeconds = 86'400;
      const double number = NumberFromJs(given, each);
      if (!(number > 0 && number <= kMostSeconds)) {
        throw Napi::TypeError::New(
            given.Env(), std::string("Expected seconds above 0, up to a day, for ") + each);
      }
      target = std::chrono::milliseconds(std::max<int64_t>(1, std::llround(number * 1000)));
    });
  };
  flag("allowPlaylists", options.allow_playlists);
  flag("pixelAspect", options.pixel_aspect);
  read("maxPixels", [&options](const Napi::Value& given, const char* each) {
    options.max_pixels = IntegerFromJs(given, each, 1, kMostFramePixels);
  });
  read("pictureRate", [&options](const Napi::Value& given, const char* each) {
    constexpr double kLeastRate = 1e-3;
    constexpr double kMostRate = 1e6;
    const double rate = NumberFromJs(given, each);
    if (rate != 0 && !(rate >= kLeastRate && rate <= kMostRate)) {
      throw Napi::TypeError::New(
          given.Env(),
          std::string("Expected 0 or frames a second from 0.001 to 1,000,000 for ") + each);
    }
    options.picture_rate = rate;
  });
  seconds("openTimeout", options.open_timeout);
  seconds("readTimeout", options.read_timeout);
  return options;
}

}  // namespace movinet
