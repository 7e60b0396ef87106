#pragma once

#include <napi.h>

namespace movinet {

/// The JavaScript class `ClipDecoder` (lib/native/video.ts).
/// `createClipDecoder(threads, options?)`.
Napi::Value CreateClipDecoder(const Napi::CallbackInfo& info);

}  // namespace movinet
