#include "node/clip_decoder_wrap.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clips/clip_decoder.h"
#include "common/job_pool.h"
#include "node/arguments.h"
#include "node/errors.h"
#include "node/handle.h"
#include "node/post.h"

namespace movinet {
namespace {

constexpr int64_t kMaxThreads = 1024;

ClipRequest RequestFromJs(Napi::Value value, const char* name) {
  const Napi::Object object = ObjectFromJs(value, name);
  const auto frame = [](Napi::Value number, const char* key) {
    return IntegerFromJs(number, key, -1, kMaxSafeInteger);
  };
  ClipRequest request;
  request.path = PathFromJs(object.Get("path"), "path");
  request.frames = ListFromJs(object.Get("frames"), "frames", frame);
  request.slot = IntegerFromJs(object.Get("slot"), "slot", 0, kMaxSafeInteger);
  request.table = OptionalBytesFromJs(object.Get("table"), "table");
  return request;
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
          object.Set("damagedPackets", static_cast<double>(result.damaged_packets));
          if (result.ends_at) object.Set("endsAt", static_cast<double>(*result.ends_at));
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
  const ReadingOptions options = ReadingOptionsFromJs(info[1], "options");
  return ClipDecoderWrap::Create(env, std::make_shared<ClipDecoder>(threads, options));
}

}  // namespace movinet
