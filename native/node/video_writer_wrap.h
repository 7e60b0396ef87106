#pragma once

#include <napi.h>

namespace movinet {

/// The JavaScript class `VideoWriter` (lib/native/video.ts).
/// `createVideoWriter(path, { width, height, fps, fourcc })` → Promise of a VideoWriter.
Napi::Value CreateVideoWriter(const Napi::CallbackInfo& info);

}  // namespace movinet
