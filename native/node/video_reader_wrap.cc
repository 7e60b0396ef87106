#include "node/video_reader_wrap.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "node/cleanup_hook.h"
#include "node/task_thread.h"
#include "node/video_arguments.h"
#include "video/clip_reader.h"
#include "video/resize_with_pad.h"
#include "video/video_reader.h"

namespace movinet {
namespace {

struct ReaderState {
  explicit ReaderState(Napi::Env env)
      : thread(env, "movinet video reader"), hook(env, [this] { closed = true; }) {}

  int64_t Read(const ClipBatch& target, int64_t frames, int64_t step) {
    if (!resize || resize->size() != target.size) resize.emplace(target.size);
    const int64_t count =
        closed ? 0 : reader->Read(frames, step, *resize, target.data.get(), closed);
    if (closed) throw std::runtime_error("The video reader was closed");
    return count;
  }

  /// Both are touched on `thread` only.
  std::optional<ClipReader> reader;
  std::optional<ResizeWithPad> resize;
  std::atomic<bool> closed{false};
  TaskThread thread;
  CleanupHook hook;
};

Napi::Value Read(const std::shared_ptr<ReaderState>& state, const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  ClipBatch target = ClipBatchFromJs(info[0]);
  if (target.slots != 1) throw Napi::TypeError::New(env, "Expected a tensor with a batch of 1");
  const int64_t frames = IntegerFromJs(info[1], "frames", 1, target.frames);
  const int64_t step = IntegerFromJs(info[2], "step", 1, INT32_MAX);
  if (state->closed) throw Napi::Error::New(env, "The video reader was closed");
  return state->thread.Post(
      env,
      [reader = state.get(), target = std::move(target), frames, step] {
        return reader->Read(target, frames, step);
      },
      // Holds the state until the promise is settled.
      [state](Napi::Env settle_env, int64_t count) -> Napi::Value {
        return Napi::Number::New(settle_env, static_cast<double>(count));
      });
}

void Close(const std::shared_ptr<ReaderState>& state, Napi::Env env) {
  if (state->closed.exchange(true)) return;
  state->thread.Post(
      env,
      [reader = state.get()] {
        reader->reader.reset();
        return 0;
      },
      [state](Napi::Env settle_env, int) { return settle_env.Undefined(); });
}

Napi::Value MakeReader(Napi::Env env, const std::shared_ptr<ReaderState>& state,
                       const VideoInfo& info) {
  Napi::Object video = Napi::Object::New(env);
  video.Set("width", info.width);
  video.Set("height", info.height);
  video.Set("frameCount", static_cast<double>(info.frame_count));
  video.Set("fps", info.fps);
  Napi::Object reader = Napi::Object::New(env);
  reader.Set("info", video);
  reader.Set("read", Napi::Function::New(
                         env, [state](const Napi::CallbackInfo& call) { return Read(state, call); },
                         "read"));
  reader.Set(
      "close",
      Napi::Function::New(
          env, [state](const Napi::CallbackInfo& call) { Close(state, call.Env()); }, "close"));
  return reader;
}

}  // namespace

Napi::Value OpenVideo(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string source = PathFromJs(info[0], "source");
  const auto state = std::make_shared<ReaderState>(env);
  return state->thread.Post(
      env,
      [opened = state.get(), source] {
        opened->reader.emplace(VideoReader::OpenSource(source));
        return opened->reader->info();
      },
      [state](Napi::Env settle_env, const VideoInfo& video) {
        return MakeReader(settle_env, state, video);
      });
}

}  // namespace movinet
