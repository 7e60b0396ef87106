#include "node/video_writer_wrap.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/thread_pool.h"
#include "node/arguments.h"
#include "node/handle.h"
#include "node/post.h"
#include "video/video_writer.h"

namespace movinet {
namespace {

constexpr int64_t kMaxFrameSide = 65535;

VideoWriterOptions OptionsFromJs(Napi::Value value) {
  const Napi::Object object = ObjectFromJs(value, "options");
  const auto side = [&object](const char* key) {
    return static_cast<int>(IntegerFromJs(object.Get(key), key, 1, kMaxFrameSide));
  };
  VideoWriterOptions options;
  options.width = side("width");
  options.height = side("height");
  options.fps = NumberFromJs(object.Get("fps"), "fps");
  options.fourcc = StringFromJs(object.Get("fourcc"), "fourcc");
  return options;
}

/// A video being written and the thread that writes it; none where it was given up.
struct WriterOnThread {
  std::optional<VideoWriter> writer;
  SerialThread thread;
};

/// Nothing is left of an unfinished file. From any thread.
void GiveUp(const std::shared_ptr<WriterOnThread>& state) noexcept {
  try {
    state->thread.Submit([state] { state->writer.reset(); });
  } catch (const std::exception&) {
    // It was given up before, or goes with the last of its owners.
  }
  state->thread.Close();
}

class VideoWriterWrap : public Handle<VideoWriterWrap, std::shared_ptr<WriterOnThread>> {
 public:
  static constexpr const char* kName = "VideoWriter";
  static constexpr napi_type_tag kTag = {0x6d6f76696e657401, 0x7669646577726901};
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, kName,
                       {InstanceMethod<&VideoWriterWrap::Write>("write"),
                        InstanceMethod<&VideoWriterWrap::Close>("close")});
  }

  explicit VideoWriterWrap(const Napi::CallbackInfo& info)
      : Handle(info), state_(std::move(held())) {
    const std::weak_ptr<WriterOnThread> weak = state_;
    GetAddonData(info.Env())->queue->Track(state_, [weak](WriterOnThread&) {
      if (const auto state = weak.lock()) GiveUp(state);
    });
  }
  ~VideoWriterWrap() override { GiveUp(state_); }
  VideoWriterWrap(const VideoWriterWrap&) = delete;
  VideoWriterWrap& operator=(const VideoWriterWrap&) = delete;

 private:
  Napi::Value Write(const Napi::CallbackInfo& info) {
    return PostWork(info.Env(), [rgb = BytesFromJs(info[0], "frames")](VideoWriter& writer) {
      writer.Write(reinterpret_cast<const uint8_t*>(rgb.data()), rgb.size());
    });
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    return PostWork(info.Env(), [](VideoWriter& writer) { writer.Close(); });
  }

  /// Does `work` after all that was asked of the writer before.
  template <typename Work>
  Napi::Value PostWork(Napi::Env env, Work work) {
    return Post(
        env, state_->thread,
        [state = state_, work = std::move(work)] {
          if (!state->writer) throw std::runtime_error("The video was given up");
          work(*state->writer);
          return 0;
        },
        [](Napi::Env settle_env, int) { return settle_env.Undefined(); });
  }

  std::shared_ptr<WriterOnThread> state_;
};

}  // namespace

Napi::Value CreateVideoWriter(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string path = PathFromJs(info[0], "path");
  const VideoWriterOptions options = OptionsFromJs(info[1]);
  const auto state = std::make_shared<WriterOnThread>();
  return Post(
      env, state->thread,
      [state, path = std::move(path), options] {
        state->writer.emplace(path, options);
        return 0;
      },
      [state](Napi::Env settle_env, int) { return VideoWriterWrap::Create(settle_env, state); });
}

}  // namespace movinet
