#pragma once

#include <napi.h>

namespace movinet {

/// `createVideoWriter(path, { width, height, fps, fourcc })` → NativeVideoWriter
/// (lib/native/video.ts).
Napi::Value CreateVideoWriter(const Napi::CallbackInfo& info);

}  // namespace movinet
