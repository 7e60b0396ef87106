#include "node/clip_decoder_wrap.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "clips/clip_decoder.h"
#include "clips/frame_transform.h"
#include "clips/mix_clips.h"
#include "common/job_pool.h"
#include "node/arguments.h"
#include "node/errors.h"
#include "node/handle.h"
#include "node/post.h"

namespace movinet {
namespace {

constexpr int64_t kMaxThreads = 1024;

/// An array of just so many numbers that a float32 holds.
template <size_t kCount>
std::array<double, kCount> NumbersFromJs(Napi::Value value, const char* name) {
  const auto fail = [&] {
    throw Napi::TypeError::New(value.Env(), "Expected an array of " + std::to_string(kCount) +
                                                " finite float32 numbers for " + name);
  };
  if (!value.IsArray() || value.As<Napi::Array>().Length() != kCount) fail();
  std::array<double, kCount> numbers{};
  for (size_t i = 0; i < kCount; ++i) {
    const Napi::Value number = value.As<Napi::Array>().Get(static_cast<uint32_t>(i));
    numbers[i] = number.IsNumber() ? number.As<Napi::Number>().DoubleValue() : std::nan("");
    if (!(std::abs(numbers[i]) <= std::numeric_limits<float>::max())) fail();
  }
  return numbers;
}

/// What it may be is checked where it is used.
FrameTransform TransformFromJs(Napi::Value value, const char* name) {
  FrameTransform transform;
  if (value.IsUndefined()) return transform;
  const Napi::Object object = ObjectFromJs(value, name);
  if (const Napi::Value crop = object.Get("crop"); !crop.IsUndefined()) {
    const auto [x, y, width, height] = NumbersFromJs<4>(crop, "crop");
    transform.crop = {x, y, width, height};
  }
  if (const Napi::Value flip = object.Get("flip"); !flip.IsUndefined()) {
    transform.flip = BooleanFromJs(flip, "flip");
  }
  if (const Napi::Value colour = object.Get("colour"); !colour.IsUndefined()) {
    const auto numbers = NumbersFromJs<std::tuple_size_v<ColourMatrix>>(colour, "colour");
    transform.colour.emplace();
    std::transform(numbers.begin(), numbers.end(), transform.colour->begin(),
                   [](double number) { return static_cast<float>(number); });
  }
  return transform;
}

ClipMix MixFromJs(Napi::Value value, const char* name) {
  const Napi::Object object = ObjectFromJs(value, name);
  ClipMix mix;
  mix.first = IntegerFromJs(object.Get("first"), "first", 0, kMaxSafeInteger);
  mix.second = IntegerFromJs(object.Get("second"), "second", 0, kMaxSafeInteger);
  if (const Napi::Value weight = object.Get("weight"); !weight.IsUndefined()) {
    const double share = NumberFromJs(weight, "weight");
    if (!(share >= 0 && share <= 1)) {
      throw Napi::TypeError::New(value.Env(), "Expected a number from 0 to 1 for weight");
    }
    mix.weight = static_cast<float>(share);
  }
  if (const Napi::Value box = object.Get("box"); !box.IsUndefined()) {
    const auto pixel = [](Napi::Value number, const char* key) {
      return static_cast<int>(IntegerFromJs(number, key, 0, std::numeric_limits<int>::max()));
    };
    const std::vector<int> edges = ListFromJs(box, "box", pixel);
    if (edges.size() != 4) {
      throw Napi::TypeError::New(value.Env(), "Expected [x, y, width, height] for box");
    }
    mix.box = {edges[0], edges[1], edges[2], edges[3]};
  }
  return mix;
}

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
  request.transform = TransformFromJs(object.Get("transform"), "transform");
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
         InstanceMethod<&ClipDecoderWrap::Mix>("mix"),
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

  Napi::Value Mix(const Napi::CallbackInfo& info) {
    const std::vector<ClipMix> mixes = ListFromJs(info[0], "mixes", MixFromJs);
    const ClipBatch clips = ClipBatchFromJs(info[1], "clips");
    if (decoder_ == nullptr) throw Napi::Error::New(info.Env(), "The clip decoder was closed");
    return StartJob<MixedClips>(
        info.Env(), decoder_,
        [&](ClipDecoder& decoder, JobPool::Done<MixedClips> done) {
          decoder.Mix(mixes, clips, std::move(done));
        },
        [](Napi::Env env, const std::vector<MixedClips>& /*mixed*/) { return env.Undefined(); });
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
