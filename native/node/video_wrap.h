#pragma once

#include <napi.h>

namespace movinet {

/// Adds the functions of `VideoAddon` (lib/native/video.ts) to the addon's exports.
Napi::Object InitVideo(Napi::Env env, Napi::Object exports);

}  // namespace movinet
