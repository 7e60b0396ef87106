#include "node/clip_decoder_wrap.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/job_pool.h"
#include "node/arguments.h"
#include "node/errors.h"
#include "node/handle.h"
#include "video/clip_decoder.h"
#include "video/probe.h"

namespace movinet {
namespace {

constexpr int64_t kMaxThreads = 1024;

ClipRequest RequestFromJs(Napi::Value value, const char* name) {
  const Napi::Object object = ObjectFromJs(value, name);
  const auto integer = [&object](const char* key, int64_t minimum) {
    return IntegerFromJs(object.Get(key), key, minimum, kMaxSafeInteger);
  };
  return {PathFromJs(object.Get("path"), "path"), integer("start", 0), integer("step", 1),
          integer("frames", 1), integer("slot", 0)};
}

/// Each result as `{ ok: true, … }`, with what `describe` sets, or `{ ok: false, error }`.
template <typename Result, typename Describe>
Napi::Array OutcomesToJs(Napi::Env env, const std::vector<Result>& results, Describe describe) {
  Napi::Array array = Napi::Array::New(env, results.size());
  for (size_t i = 0; i < results.size(); ++i) {
    const Napi::HandleScope scope(env);
    Napi::Object object = Napi::Object::New(env);
    object.Set("ok", results[i].error.empty());
    if (results[i].error.empty()) {
      describe(results[i], object);
    } else {
      object.Set("error", results[i].error);
    }
    array.Set(static_cast<uint32_t>(i), object);
  }
  return array;
}

/// Begins a promise for a job that `start` starts, and keeps what does the job until it is done.
template <typename Result, typename Worker, typename Start, typename Describe>
Napi::Promise RunJob(Napi::Env env, const std::shared_ptr<Worker>& worker, Start start,
                     Describe describe) {
  const auto [promise, begun] = GetAddonData(env)->queue->Begin(env);
  const JsQueue::Ticket& ticket = begun;
  if (ticket.settled()) return promise;
  try {
    start(*worker, [worker, ticket, describe](std::vector<Result> results,
                                              const std::exception_ptr& error) {
      if (error) {
        ticket.Fail(error);
        return;
      }
      ticket.Settle([results = std::move(results), describe](Napi::Env settle_env) -> Napi::Value {
        return OutcomesToJs(settle_env, results, describe);
      });
    });
  } catch (...) {
    ticket.Fail(std::current_exception());
  }
  return promise;
}

class ClipDecoderWrap : public Handle<ClipDecoderWrap, std::shared_ptr<ClipDecoder>> {
 public:
  static constexpr const char* kName = "ClipDecoder";
  static constexpr napi_type_tag kTag = {0x6d6f76696e657401, 0x636c697064656301};
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, kName,
        {InstanceMethod<&ClipDecoderWrap::Decode>("decode"),
         InstanceMethod<&ClipDecoderWrap::Abort>("abort"),
         InstanceMethod<&ClipDecoderWrap::Close>("close"),
         InstanceMethod<&ClipDecoderWrap::Close>(Napi::Symbol::WellKnown(env, "dispose"))});
  }

  explicit ClipDecoderWrap(const Napi::CallbackInfo& info)
      : Handle(info), decoder_(std::move(held())) {
    GetAddonData(info.Env())->queue->Track(decoder_, [](ClipDecoder& decoder) { decoder.Close(); });
  }

 private:
  Napi::Value Decode(const Napi::CallbackInfo& info) {
    std::vector<ClipRequest> requests = ListFromJs(info[0], "requests", RequestFromJs);
    ClipBatch batch = ClipBatchFromJs(info[1], "into");
    if (decoder_ == nullptr) throw Napi::Error::New(info.Env(), "The clip decoder was closed");
    return RunJob<ClipResult>(
        info.Env(), decoder_,
        [&](ClipDecoder& decoder, ClipDecoder::Done done) {
          decoder.Decode(std::move(requests), std::move(batch), std::move(done));
        },
        [](const ClipResult& result, Napi::Object& object) {
          object.Set("decodedFrames", static_cast<double>(result.decoded_frames));
        });
  }

  void Abort(const Napi::CallbackInfo& /*info*/) {
    if (decoder_ != nullptr) decoder_->Abort();
  }

  void Close(const Napi::CallbackInfo& /*info*/) {
    if (decoder_ != nullptr) decoder_->Close();
    decoder_.reset();
  }

  /// None after close().
  std::shared_ptr<ClipDecoder> decoder_;
};

}  // namespace

Napi::Value CreateClipDecoder(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto threads = static_cast<int>(IntegerFromJs(info[0], "threads", 1, kMaxThreads));
  return ClipDecoderWrap::Create(env, std::make_shared<ClipDecoder>(threads));
}

Napi::Value ProbeVideosForJs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::vector<std::string> paths = ListFromJs(info[0], "paths", PathFromJs);
  const auto threads = static_cast<int>(IntegerFromJs(info[1], "threads", 1, kMaxThreads));
  const auto pool = std::make_shared<JobPool>(threads);
  GetAddonData(env)->queue->Track(pool, [](JobPool& job_pool) { job_pool.Close(); });
  return RunJob<ProbeResult>(
      env, pool,
      [&](JobPool& job_pool, JobPool::Done<ProbeResult> done) {
        ProbeVideos(job_pool, std::move(paths), std::move(done));
      },
      [](const ProbeResult& result, Napi::Object& object) {
        object.Set("info", VideoInfoToJs(object.Env(), result.info));
      });
}

}  // namespace movinet
