#include "node/clip_decoder_wrap.h"

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/job_pool.h"
#include "node/cleanup_hook.h"
#include "node/errors.h"
#include "node/task_thread.h"
#include "node/video_arguments.h"
#include "video/clip_decoder.h"
#include "video/probe.h"

namespace movinet {
namespace {

constexpr int64_t kMaxThreads = 1024;
constexpr int64_t kMaxSafeInteger = 9007199254740991;

/// A pool beside the thread that waits for its futures. Should the environment end first, the work
/// is aborted before that thread is waited for.
template <typename Pool>
struct PoolState {
  PoolState(Napi::Env env, const char* name, int threads)
      : pool(std::in_place, threads), waiting(env, name), hook(env, [this] { pool.reset(); }) {}

  std::optional<Pool> pool;
  TaskThread waiting;
  CleanupHook hook;
};

/// `convert` turns one result into its object. The state lives until the promise is settled.
template <typename State, typename Result, typename Convert>
Napi::Promise Settle(Napi::Env env, const std::shared_ptr<State>& state,
                     std::future<std::vector<Result>> future, Convert convert) {
  using Results = std::optional<std::vector<Result>>;
  return state->waiting.Post(
      env,
      [future = std::move(future)]() mutable -> Results {
        try {
          return future.get();
        } catch (const JobAborted&) {
          return std::nullopt;
        }
      },
      [state, convert](Napi::Env settle_env, Results results) -> Napi::Value {
        if (!results) {
          Napi::Error error = Napi::Error::New(settle_env, "The decoding was aborted");
          error.Set("name", "AbortError");
          error.Set("code", "ABORT_ERR");
          throw error;
        }
        Napi::Array array = Napi::Array::New(settle_env, results->size());
        for (size_t i = 0; i < results->size(); ++i) {
          const Result& result = (*results)[i];
          Napi::Object object = Napi::Object::New(settle_env);
          object.Set("ok", result.error.empty());
          if (result.error.empty()) {
            convert(result, object);
          } else {
            object.Set("error", result.error);
          }
          array.Set(static_cast<uint32_t>(i), object);
        }
        return array;
      });
}

std::vector<ClipRequest> RequestsFromJs(Napi::Value value) {
  if (!value.IsArray()) {
    throw Napi::TypeError::New(value.Env(), "Expected an array of clip requests");
  }
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<ClipRequest> requests;
  requests.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsObject()) throw Napi::TypeError::New(value.Env(), "Expected a clip request");
    const Napi::Object object = item.As<Napi::Object>();
    const auto integer = [&object](const char* name, int64_t minimum) {
      return IntegerFromJs(object.Get(name), name, minimum, kMaxSafeInteger);
    };
    requests.push_back({PathFromJs(object.Get("path"), "path"), integer("start", 0),
                        integer("step", 1), integer("frames", 1), integer("slot", 0)});
  }
  return requests;
}

using DecoderState = PoolState<ClipDecoder>;

Napi::Value Decode(const std::shared_ptr<DecoderState>& state, const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::vector<ClipRequest> requests = RequestsFromJs(info[0]);
  ClipBatch batch = ClipBatchFromJs(info[1]);
  auto future = Translate(
      env, [&] { return state->pool.value().Decode(std::move(requests), std::move(batch)); });
  return Settle(env, state, std::move(future), [](const ClipResult& result, Napi::Object& object) {
    object.Set("decodedFrames", static_cast<double>(result.decoded_frames));
  });
}

}  // namespace

Napi::Value CreateClipDecoder(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto threads = static_cast<int>(IntegerFromJs(info[0], "threads", 1, kMaxThreads));
  const auto state = Translate(
      env, [&] { return std::make_shared<DecoderState>(env, "movinet clip decoder", threads); });
  Napi::Object decoder = Napi::Object::New(env);
  decoder.Set(
      "decode",
      Napi::Function::New(
          env, [state](const Napi::CallbackInfo& call) { return Decode(state, call); }, "decode"));
  decoder.Set("abort", Napi::Function::New(
                           env, [state](const Napi::CallbackInfo&) { state->pool.value().Abort(); },
                           "abort"));
  decoder.Set("close", Napi::Function::New(
                           env, [state](const Napi::CallbackInfo&) { state->pool.value().Close(); },
                           "close"));
  return decoder;
}

Napi::Value ProbeVideosForJs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArray()) throw Napi::TypeError::New(env, "Expected an array of paths");
  const Napi::Array array = info[0].As<Napi::Array>();
  std::vector<std::string> paths;
  paths.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) paths.push_back(PathFromJs(array.Get(i), "paths"));
  const auto threads = static_cast<int>(IntegerFromJs(info[1], "threads", 1, kMaxThreads));

  using State = PoolState<JobPool>;
  const auto state =
      Translate(env, [&] { return std::make_shared<State>(env, "movinet probe", threads); });
  return Settle(env, state, ProbeVideos(*state->pool, std::move(paths)),
                [](const ProbeResult& result, Napi::Object& object) {
                  Napi::Object video = Napi::Object::New(object.Env());
                  video.Set("width", result.info.width);
                  video.Set("height", result.info.height);
                  video.Set("frameCount", static_cast<double>(result.info.frame_count));
                  video.Set("fps", result.info.fps);
                  object.Set("info", video);
                });
}

}  // namespace movinet
