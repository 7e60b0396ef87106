#pragma once

#include <napi.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "clips/clip_batch.h"
#include "media/reading_options.h"
#include "tensorflow/graph.h"

namespace movinet {

/// Arguments of JavaScript's as plain values. All of these throw a TypeError that calls the
/// argument `name`. Reading one may run JavaScript (getters, proxies), so a function reads all of
/// its arguments before it touches anything native.

constexpr int64_t kMaxSafeInteger = 9007199254740991;

std::string StringFromJs(Napi::Value value, const char* name);
/// A string that may be a path: not empty, without a zero byte.
std::string PathFromJs(Napi::Value value, const char* name);
bool BooleanFromJs(Napi::Value value, const char* name);
double NumberFromJs(Napi::Value value, const char* name);
int64_t IntegerFromJs(Napi::Value value, const char* name, int64_t minimum, int64_t maximum);
/// A copy of a Uint8Array's bytes, as JavaScript may change or detach its own.
std::string BytesFromJs(Napi::Value value, const char* name);
/// None for undefined.
std::string OptionalBytesFromJs(Napi::Value value, const char* name);
Napi::Object ObjectFromJs(Napi::Value value, const char* name);

/// Each element of an array by `element(value, name)`.
template <typename Element>
auto ListFromJs(Napi::Value value, const char* name, Element element)
    -> std::vector<decltype(element(value, name))> {
  if (!value.IsArray()) {
    throw Napi::TypeError::New(value.Env(), std::string("Expected an array for ") + name);
  }
  const Napi::Array array = value.As<Napi::Array>();
  const uint32_t length = array.Length();
  std::vector<decltype(element(value, name))> list;
  // An array's length says little of what it holds.
  list.reserve(std::min(length, uint32_t{1024}));
  for (uint32_t i = 0; i < length; ++i) list.push_back(element(array.Get(i), name));
  return list;
}
std::vector<std::string> StringsFromJs(Napi::Value value, const char* name);

/// "float32" and so on ⇄ TF_DataType.
DataType DataTypeFromJs(Napi::Value value, const char* name);
Napi::String DataTypeToJs(Napi::Env env, DataType dtype);
std::vector<int64_t> ShapeFromJs(Napi::Value value, const char* name);
/// null for an unknown rank, -1 for an unknown dimension.
PartialShape PartialShapeFromJs(Napi::Value value, const char* name);
Napi::Array ShapeToJs(Napi::Env env, const std::vector<int64_t>& shape);

/// An attribute as lib/native/graph.ts writes it: a boolean, a string, or an object with one key
/// that names the kind (`{ int: 2 }`, `{ type: 'float32' }`, `{ shape: [2, -1] }`, …).
AttributeValue AttributeFromJs(Napi::Value value, const char* name);

/// A float32 or uint8 tensor [slots, frames, size, size, 3] as a target for frames.
ClipBatch ClipBatchFromJs(Napi::Value value, const char* name);
/// Calls `stop` on the JavaScript thread once `object.signal`, an AbortSignal or undefined, aborts,
/// or now where it has. The signal keeps `stop` as long as it lives.
void OnAbort(Napi::Value object, const std::function<void()>& stop);

/// `{ allowPlaylists?, pixelAspect?, maxPixels?, openTimeout?, readTimeout? }`, or undefined.
ReadingOptions ReadingOptionsFromJs(Napi::Value value, const char* name);

}  // namespace movinet
