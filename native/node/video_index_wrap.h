#pragma once

#include <napi.h>

namespace movinet {

/// lib/native/video.ts: `indexVideos(paths, threads, options?)` → Promise of their indexes.
Napi::Value IndexVideosForJs(const Napi::CallbackInfo& info);
/// `frameTimes(table)` → Float64Array.
Napi::Value FrameTimesForJs(const Napi::CallbackInfo& info);
/// `keyFrames(table)` → Uint32Array.
Napi::Value KeyFramesForJs(const Napi::CallbackInfo& info);

}  // namespace movinet
