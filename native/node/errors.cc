#include "node/errors.h"

#include <new>
#include <stdexcept>
#include <string>

#include "common/job_pool.h"
#include "media/video_error.h"
#include "node/addon_data.h"
#include "tensorflow/status.h"

namespace movinet {
namespace {

Napi::Error Construct(Napi::Env env, const Napi::FunctionReference& error_class,
                      const std::string& message, const std::string& detail) {
  if (error_class.IsEmpty()) return Napi::Error::New(env, message);
  try {
    const Napi::Object error =
        error_class.New({Napi::String::New(env, message), Napi::String::New(env, detail)});
    return {env, error};
  } catch (const Napi::Error&) {
    return Napi::Error::New(env, message);
  }
}

}  // namespace

Napi::Error ToJsError(Napi::Env env, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Napi::Error& js_error) {
    return js_error;
  } catch (const TensorFlowError& tensor_flow_error) {
    return Construct(env, GetAddonData(env)->tensor_flow_error, tensor_flow_error.what(),
                     tensor_flow_error.code());
  } catch (const VideoError& video_error) {
    return Construct(env, GetAddonData(env)->video_error, video_error.what(), video_error.path());
  } catch (const JobAborted&) {
    Napi::Error aborted = Napi::Error::New(env, "The decoding was aborted");
    aborted.Set("name", "AbortError");
    aborted.Set("code", "ABORT_ERR");
    return aborted;
  } catch (const std::invalid_argument& invalid) {
    return Napi::TypeError::New(env, invalid.what());
  } catch (const std::bad_alloc&) {
    return Napi::Error::New(env, "Out of memory");
  } catch (const std::exception& other) {
    return Napi::Error::New(env, other.what());
  } catch (...) {
    return Napi::Error::New(env, "An unknown native error");
  }
}

}  // namespace movinet
