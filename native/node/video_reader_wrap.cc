#include "node/video_reader_wrap.h"

#include <atomic>
#include <cmath>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "clips/clip_reader.h"
#include "clips/resize_with_pad.h"
#include "clips/slot_claims.h"
#include "common/thread_pool.h"
#include "media/demuxer.h"
#include "media/video_error.h"
#include "node/arguments.h"
#include "node/handle.h"
#include "node/post.h"

namespace movinet {
namespace {

/// How far apart frames are taken: by their number, or, where `seconds` is above 0, by time.
struct Spacing {
  int64_t step = 1;
  double seconds = 0;
};

/// Of a number of frames, or `{ seconds: number }`.
Spacing SpacingFromJs(Napi::Value value, const char* name) {
  Spacing spacing;
  if (value.IsObject()) {
    spacing.seconds = NumberFromJs(ObjectFromJs(value, name).Get("seconds"), "seconds");
    if (!(spacing.seconds > 0 && std::isfinite(spacing.seconds))) {
      throw Napi::TypeError::New(value.Env(), "Expected a number above 0 for seconds");
    }
  } else {
    spacing.step = IntegerFromJs(value, name, 1, INT32_MAX);
  }
  return spacing;
}

/// A video that is opened, read and destroyed on its thread.
class OpenVideoFile {
 public:
  void Open(const std::string& source, const ReadingOptions& options) {
    WhileOpen([&] {
      reader_.emplace(VideoReader::Open(source, options, closed_));
      return 0;
    });
  }

  int64_t Read(const ClipBatch& target, int64_t frames, const Spacing& spacing) {
    return WhileOpen([&] {
      if (!resize_ || resize_->size() != target.size) resize_.emplace(target.size);
      const SlotClaims claims(target.data.get(), {0});
      ClipSlot slot(target, 0);
      if (spacing.seconds > 0) {
        return reader_->ReadByTime(frames, spacing.seconds, *resize_, slot, closed_);
      }
      return reader_->Read(frames, spacing.step, *resize_, slot, closed_);
    });
  }

  const VideoInfo& info() const { return reader_->info(); }
  /// From any thread.
  ReadPosition position() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return position_;
  }
  /// From any thread: what is under way ends soon.
  void Close() noexcept { closed_ = true; }

 private:
  template <typename Work>
  int64_t WhileOpen(const Work& work) {
    try {
      CheckOpen();
      const int64_t result = work();
      KeepPosition();
      CheckOpen();
      return result;
    } catch (const ReadingAborted&) {
      throw std::runtime_error("The video reader was closed");
    } catch (const VideoError&) {
      KeepPosition();
      throw;
    }
  }
  void CheckOpen() const {
    if (closed_) throw std::runtime_error("The video reader was closed");
  }
  void KeepPosition() {
    if (!reader_) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    position_ = reader_->position();
  }

  std::atomic<bool> closed_{false};
  std::optional<ClipReader> reader_;
  std::optional<ResizeWithPad> resize_;
  std::mutex mutex_;
  ReadPosition position_;
};

Napi::Object InfoToJs(Napi::Env env, const VideoInfo& info) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("width", info.width);
  object.Set("height", info.height);
  object.Set("frameCount", static_cast<double>(info.frame_count));
  object.Set("fps", info.fps);
  object.Set("live", info.is_live);
  return object;
}

Napi::Object PositionToJs(Napi::Env env, const ReadPosition& position) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("frame", static_cast<double>(position.frame));
  object.Set("seconds", position.seconds
                            ? Napi::Number::New(env, *position.seconds).As<Napi::Value>()
                            : env.Undefined());
  object.Set("damagedPackets", static_cast<double>(position.damaged_packets));
  return object;
}

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
        {Accessor<&VideoReaderWrap::Info>("info"), Accessor<&VideoReaderWrap::Position>("position"),
         InstanceMethod<&VideoReaderWrap::Read>("read"),
         InstanceMethod<&VideoReaderWrap::Close>("close"),
         InstanceMethod<&VideoReaderWrap::Close>(Napi::Symbol::WellKnown(env, "dispose"))});
  }

  explicit VideoReaderWrap(const Napi::CallbackInfo& info)
      : Handle(info),
        info_(held().video->info()),
        video_(std::move(held().video)),
        thread_(std::move(held().thread)) {}
  ~VideoReaderWrap() override { LetGo(std::move(video_), *thread_); }
  VideoReaderWrap(const VideoReaderWrap&) = delete;
  VideoReaderWrap& operator=(const VideoReaderWrap&) = delete;

 private:
  static Napi::Value Info(const Napi::CallbackInfo& info) {
    return InfoToJs(info.Env(), From(info.This()).info_);
  }

  static Napi::Value Position(const Napi::CallbackInfo& info) {
    VideoReaderWrap& reader = From(info.This());
    if (reader.video_ != nullptr) reader.last_position_ = reader.video_->position();
    return PositionToJs(info.Env(), reader.last_position_);
  }

  Napi::Value Read(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    ClipBatch target = ClipBatchFromJs(info[0], "into");
    if (target.slots != 1) throw Napi::TypeError::New(env, "Expected a batch of 1 for into");
    const int64_t frames = IntegerFromJs(info[1], "frames", 1, target.frames);
    const Spacing spacing = SpacingFromJs(info[2], "step");
    if (video_ == nullptr) throw Napi::Error::New(env, "The video reader was closed");
    return Post(
        env, *thread_,
        [video = video_, target = std::move(target), frames, spacing] {
          return video->Read(target, frames, spacing);
        },
        [](Napi::Env settle_env, int64_t count) {
          return Napi::Number::New(settle_env, static_cast<double>(count));
        },
        &reads_);
  }

  void Close(const Napi::CallbackInfo& /*info*/) {
    if (video_ == nullptr) return;
    video_->Close();
    last_position_ = video_->position();
    for (const JsQueue::Ticket& read : std::exchange(reads_, {})) {
      read.Fail(std::make_exception_ptr(std::runtime_error("The video reader was closed")));
    }
    LetGo(std::move(video_), *thread_);
  }

  const VideoInfo info_;
  ReadPosition last_position_;
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
  const ReadingOptions options = ReadingOptionsFromJs(info[1], "options");
  const auto thread = std::make_shared<SerialThread>();
  const auto video = std::make_shared<OpenVideoFile>();
  OnAbort(info[1], [weak = std::weak_ptr<OpenVideoFile>(video)] {
    if (const auto alive = weak.lock()) alive->Close();
  });
  GetAddonData(env)->queue->Track(video, [](OpenVideoFile& open) { open.Close(); });
  return Post(
      env, *thread,
      [source = std::move(source), options, video] {
        video->Open(source, options);
        return std::shared_ptr<OpenVideoFile>(video);
      },
      [thread](Napi::Env settle_env, std::shared_ptr<OpenVideoFile> opened) {
        return VideoReaderWrap::Create(settle_env, {std::move(opened), thread});
      });
}

}  // namespace movinet
