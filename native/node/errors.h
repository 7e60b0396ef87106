#pragma once

#include <napi.h>

#include <exception>
#include <utility>

namespace movinet {

/// The JavaScript error for what a native call threw: TensorFlowError and VideoError as their
/// TypeScript classes, JobAborted as an AbortError, std::invalid_argument as TypeError, anything
/// else as Error. Call on the JavaScript thread.
Napi::Error ToJsError(Napi::Env env, const std::exception_ptr& error);

/// Calls `function`, and throws what it throws as a JavaScript error.
template <typename Function>
auto Translate(Napi::Env env, Function&& function) -> decltype(function()) {
  try {
    return std::forward<Function>(function)();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw ToJsError(env, std::current_exception());
  }
}

}  // namespace movinet
