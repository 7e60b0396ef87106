#include "node/video_writer_wrap.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/cleanup_hook.h"
#include "node/errors.h"
#include "node/task_thread.h"
#include "node/video_arguments.h"
#include "video/video_writer.h"

namespace movinet {
namespace {

constexpr int64_t kMaxFrameSide = 65535;

struct WriterState {
  WriterState(Napi::Env env, const std::string& path, const VideoWriterOptions& options)
      : writer(std::in_place, path, options),
        hook(env, [this] { writer.reset(); }),
        thread(env, "movinet video writer") {}

  std::optional<VideoWriter> writer;
  /// Removes an unfinished file when the process exits. Hooks run last-added first: the thread has
  /// ended by then.
  CleanupHook hook;
  TaskThread thread;
};

VideoWriterOptions OptionsFromJs(Napi::Value value) {
  const Napi::Env env = value.Env();
  if (!value.IsObject()) throw Napi::TypeError::New(env, "Expected the video writer's options");
  const Napi::Object object = value.As<Napi::Object>();
  if (!object.Get("fps").IsNumber()) throw Napi::TypeError::New(env, "Expected a number for fps");
  if (!object.Get("fourcc").IsString()) {
    throw Napi::TypeError::New(env, "Expected a string for fourcc");
  }
  VideoWriterOptions options;
  options.width = static_cast<int>(IntegerFromJs(object.Get("width"), "width", 1, kMaxFrameSide));
  options.height =
      static_cast<int>(IntegerFromJs(object.Get("height"), "height", 1, kMaxFrameSide));
  options.fps = object.Get("fps").As<Napi::Number>().DoubleValue();
  options.fourcc = object.Get("fourcc").As<Napi::String>().Utf8Value();
  return options;
}

/// Does `work` after all that was asked of the writer before.
template <typename Work>
Napi::Value Post(Napi::Env env, const std::shared_ptr<WriterState>& state, Work work) {
  return state->thread.Post(
      env,
      [work = std::move(work), writer = &*state->writer] {
        work(*writer);
        return 0;
      },
      // Holds the state until the promise is settled.
      [state](Napi::Env settle_env, int) { return settle_env.Undefined(); });
}

Napi::Value Write(const std::shared_ptr<WriterState>& state, const Napi::CallbackInfo& info) {
  const Napi::Uint8Array frames = BytesFromJs(info[0], "frames");
  // Copied, as JavaScript may change or detach its memory while this waits for its turn.
  std::vector<uint8_t> rgb(frames.Data(), frames.Data() + frames.ByteLength());
  return Post(info.Env(), state, [rgb = std::move(rgb)](VideoWriter& writer) {
    writer.Write(rgb.data(), rgb.size());
  });
}

}  // namespace

Napi::Value CreateVideoWriter(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string path = PathFromJs(info[0], "path");
  const VideoWriterOptions options = OptionsFromJs(info[1]);
  const auto state =
      Translate(env, [&] { return std::make_shared<WriterState>(env, path, options); });
  Napi::Object writer = Napi::Object::New(env);
  writer.Set(
      "write",
      Napi::Function::New(
          env, [state](const Napi::CallbackInfo& call) { return Write(state, call); }, "write"));
  writer.Set("close", Napi::Function::New(
                          env,
                          [state](const Napi::CallbackInfo& call) {
                            return Post(call.Env(), state,
                                        [](VideoWriter& video_writer) { video_writer.Close(); });
                          },
                          "close"));
  return writer;
}

}  // namespace movinet
