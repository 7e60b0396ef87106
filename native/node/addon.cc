#include <napi.h>
#include <unistd.h>

#include <chrono>

#include "common/background_threads.h"
#include "media/ffmpeg_error.h"
#include "node/addon_data.h"
#include "node/arguments.h"
#include "node/clip_decoder_wrap.h"
#include "node/errors.h"
#include "node/graph_wrap.h"
#include "node/session_wrap.h"
#include "node/tensor_wrap.h"
#include "node/video_index_wrap.h"
#include "node/video_reader_wrap.h"
#include "node/video_writer_wrap.h"
#include "tensorflow/runtime.h"
#include "tensorflow/session.h"
#include "video/video_library.h"

namespace movinet {
namespace {

/// What cannot be stopped (a load, an address that does not answer) may not hold the exit longer.
constexpr std::chrono::milliseconds kExitPatience{2000};

template <std::string (*function)()>
Napi::Value TextOf(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), function());
}

Napi::Value LiveCounts(const Napi::CallbackInfo& info) {
  Napi::Object counts = Napi::Object::New(info.Env());
  counts.Set("tensors", static_cast<double>(Tensor::live_count()));
  counts.Set("graphs", static_cast<double>(Graph::live_count()));
  counts.Set("sessions", static_cast<double>(Session::live_count()));
  counts.Set("threads", BackgroundThreadCount());
  return counts;
}

Napi::Value SetErrorClasses(const Napi::CallbackInfo& info) {
  const auto class_of = [&](const char* name) {
    const Napi::Value value = ObjectFromJs(info[0], "classes").Get(name);
    if (!value.IsFunction()) {
      throw Napi::TypeError::New(info.Env(), std::string("Expected a class for ") + name);
    }
    return Napi::Persistent(value.As<Napi::Function>());
  };
  AddonData* data = GetAddonData(info.Env());
  data->tensor_flow_error = class_of("TensorFlowError");
  data->video_error = class_of("VideoError");
  return info.Env().Undefined();
}

/// What libraries destroy at exit may not be destroyed under threads that use it: ends them, and
/// where that takes too long, the process there and then.
void EndAllWork(int exit_code) {
  JsQueue::StopAll();
  if (!WaitForBackgroundTasks(kExitPatience)) _exit(exit_code);
}

/// `shutDown()` ends all native work of this environment. `shutDown(exitCode)`, of the whole
/// process, at its exit.
Napi::Value ShutDown(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  AddonData* data = GetAddonData(env);
  data->queue->Close(env);
  data->graph_thread.Close();
  if (!info[0].IsUndefined()) {
    EndAllWork(static_cast<int>(IntegerFromJs(info[0], "exitCode", 0, 255)));
  }
  return env.Undefined();
}

/// For whoever uses the addon without its loader, and for workers that the exit of the process
/// ends: runs before the libraries destroy what they made while they were loaded.
void EndAllWorkAtExit() {
  static const int registered =
      on_exit([](int exit_code, void*) { EndAllWork(exit_code); }, nullptr);
  static_cast<void>(registered);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  CheckTensorFlowVersion();
  EndAllWorkAtExit();
  auto data = std::make_unique<AddonData>();
  data->queue = JsQueue::Create(env);
  env.SetInstanceData(data.release());
  // Here, as it sets an environment variable: that belongs on the JavaScript thread, before others
  // run.
  PrepareVideoLibrary();
  const auto add = [&](const char* name, Napi::Value (*function)(const Napi::CallbackInfo&)) {
    exports.Set(name, Napi::Function::New(env, function, name));
  };
  add("tensorFlowVersion", TextOf<TensorFlowVersion>);
  add("openCvVersion", TextOf<OpenCvVersion>);
  add("liveCounts", LiveCounts);
  add("setErrorClasses", SetErrorClasses);
  add("shutDown", ShutDown);
  add("createTensor", CreateTensor);
  add("createStringTensor", CreateStringTensor);
  add("createGraph", CreateGraph);
  add("createSession", CreateSession);
  add("loadSavedModel", LoadSavedModel);
  add("ffmpegVersion", TextOf<FfmpegVersion>);
  add("indexVideos", IndexVideosForJs);
  add("frameTimes", FrameTimesForJs);
  add("keyFrames", KeyFramesForJs);
  add("createClipDecoder", CreateClipDecoder);
  add("openVideo", OpenVideo);
  add("createVideoWriter", CreateVideoWriter);
  return exports;
}

}  // namespace

NODE_API_MODULE(movinet_native, Init)

}  // namespace movinet
