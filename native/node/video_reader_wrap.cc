#include "node/video_reader_wrap.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/thread_pool.h"
#include "node/arguments.h"
#include "node/handle.h"
#include "node/post.h"
#include "video/clip_reader.h"
#include "video/resize_with_pad.h"
#include "video/slot_claims.h"

namespace movinet {
namespace {

/// A video that is open. Read and destroyed on its thread.
struct OpenVideoFile {
  explicit OpenVideoFile(VideoReader opened) : reader(std::move(opened)) {}

  int64_t Read(const ClipBatch& target, int64_t frames, int64_t step) {
    CheckOpen();
    if (!resize || resize->size() != target.size) resize.emplace(target.size);
    const SlotClaims claims(target.data.get(), {0});
    ClipSlot slot(target, 0);
    const int64_t count = reader.Read(frames, step, *resize, slot, closed);
    CheckOpen();
    return count;
  }
  void CheckOpen() const {
    if (closed) throw std::runtime_error("The video reader was closed");
  }

  std::atomic<bool> closed{false};
  ClipReader reader;
  std::optional<ResizeWithPad> resize;
};

/// What openVideo() makes.
struct VideoOnThread {
  std::shared_ptr<OpenVideoFile> video;
  std::shared_ptr<SerialThread> thread;
};

class VideoReaderWrap : public Handle<VideoReaderWrap, VideoOnThread> {
 public:
  static constexpr const char* kName = "VideoReader";
  static constexpr napi_type_tag kTag = {0x6d6f76696e657401, 0x7669646561647201};
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, kName,
        {InstanceAccessor<&VideoReaderWrap::Info>("info"),
         InstanceMethod<&VideoReaderWrap::Read>("read"),
         InstanceMethod<&VideoReaderWrap::Close>("close"),
         InstanceMethod<&VideoReaderWrap::Close>(Napi::Symbol::WellKnown(env, "dispose"))});
  }

  explicit VideoReaderWrap(const Napi::CallbackInfo& info)
      : Handle(info),
        info_(held().video->reader.info()),
        video_(std::move(held().video)),
        thread_(std::move(held().thread)) {
    GetAddonData(info.Env())->queue->Track(video_, [](OpenVideoFile& video) {
      video.closed = true;
    });
  }
  ~VideoReaderWrap() override { LetGo(std::move(video_), *thread_); }
  VideoReaderWrap(const VideoReaderWrap&) = delete;
  VideoReaderWrap& operator=(const VideoReaderWrap&) = delete;

 private:
  Napi::Value Info(const Napi::CallbackInfo& info) {
    // Node-API checks the receiver of a method, but not that of an accessor.
    return VideoInfoToJs(info.Env(), From(info.This()).info_);
  }

  Napi::Value Read(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    ClipBatch target = ClipBatchFromJs(info[0], "into");
    if (target.slots != 1) throw Napi::TypeError::New(env, "Expected a batch of 1 for into");
    const int64_t frames = IntegerFromJs(info[1], "frames", 1, target.frames);
    const int64_t step = IntegerFromJs(info[2], "step", 1, INT32_MAX);
    if (video_ == nullptr) throw Napi::Error::New(env, "The video reader was closed");
    return Post(
        env, *thread_,
        [video = video_, target = std::move(target), frames, step] {
          return video->Read(target, frames, step);
        },
        [](Napi::Env settle_env, int64_t count) {
          return Napi::Number::New(settle_env, static_cast<double>(count));
        },
        &reads_);
  }

  void Close(const Napi::CallbackInfo& /*info*/) {
    if (video_ == nullptr) return;
    video_->closed = true;
    for (const JsQueue::Ticket& read : std::exchange(reads_, {})) {
      read.Fail(std::make_exception_ptr(std::runtime_error("The video reader was closed")));
    }
    LetGo(std::move(video_), *thread_);
  }

  const VideoInfo info_;
  /// None after close().
  std::shared_ptr<OpenVideoFile> video_;
  std::shared_ptr<SerialThread> thread_;
  /// Reads that close() rejects: one that waits for an address or a camera does not see the flag.
  std::vector<JsQueue::Ticket> reads_;
};

}  // namespace

Napi::Value OpenVideo(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string source = PathFromJs(info[0], "source");
  const auto thread = std::make_shared<SerialThread>();
  return Post(
      env, *thread,
      [source = std::move(source)] {
        return std::make_shared<OpenVideoFile>(VideoReader::OpenSource(source));
      },
      [thread](Napi::Env settle_env, std::shared_ptr<OpenVideoFile> video) {
        return VideoReaderWrap::Create(settle_env, {std::move(video), thread});
      });
}

}  // namespace movinet
