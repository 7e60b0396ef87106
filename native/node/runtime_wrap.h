#pragma once

#include <napi.h>

namespace movinet {

/// `tensorFlowVersion()`, `liveCounts()`, `setErrorClasses({ TensorFlowError, VideoError })`.
void InitRuntime(Napi::Env env, Napi::Object exports);

}  // namespace movinet
