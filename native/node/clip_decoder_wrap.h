#pragma once

#include <napi.h>

namespace movinet {

/// `createClipDecoder(threads)` → NativeClipDecoder (lib/native/video.ts).
Napi::Value CreateClipDecoder(const Napi::CallbackInfo& info);

/// `probeVideos(paths, threads)` → Promise of ProbeResult[].
Napi::Value ProbeVideosForJs(const Napi::CallbackInfo& info);

}  // namespace movinet
