#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>

#include "tensorflow/tensor.h"
#include "video/clip_decoder.h"

namespace movinet {

/// The arguments of the video functions. All of these throw a TypeError that calls the argument
/// `name`.
std::string PathFromJs(Napi::Value value, const char* name);
int64_t IntegerFromJs(Napi::Value value, const char* name, int64_t minimum, int64_t maximum);
Napi::Uint8Array BytesFromJs(Napi::Value value, const char* name);

/// A float32 tensor [slots, frames, size, size, 3] as a target for frames; it stays alive with the
/// result.
ClipBatch ClipBatchFromJs(Napi::Value value);

}  // namespace movinet
