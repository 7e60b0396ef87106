#pragma once

#include <napi.h>

namespace movinet {

/// The JavaScript class `VideoReader` (lib/native/video.ts).
/// `openVideo(source)` → Promise of a VideoReader.
Napi::Value OpenVideo(const Napi::CallbackInfo& info);

}  // namespace movinet
