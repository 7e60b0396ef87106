#pragma once

#include <napi.h>

namespace movinet {

/// `openVideo(source)` → Promise of NativeVideoReader (lib/native/video.ts).
Napi::Value OpenVideo(const Napi::CallbackInfo& info);

}  // namespace movinet
