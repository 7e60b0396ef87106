#pragma once

#include <napi.h>

namespace movinet {

/// The JavaScript class `ClipDecoder` (lib/native/video.ts).
/// `createClipDecoder(threads)`.
Napi::Value CreateClipDecoder(const Napi::CallbackInfo& info);
/// `probeVideos(paths, threads)`.
Napi::Value ProbeVideosForJs(const Napi::CallbackInfo& info);

}  // namespace movinet
