#include "node/video_wrap.h"

#include <cstdint>

#include "node/clip_decoder_wrap.h"
#include "node/errors.h"
#include "node/video_arguments.h"
#include "node/video_reader_wrap.h"
#include "node/video_writer_wrap.h"
#include "video/resize_with_pad.h"
#include "video/video_library.h"

namespace movinet {
namespace {

constexpr int64_t kMaxFrameSide = 65535;

Napi::Value OpenCvVersionForJs(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), OpenCvVersion());
}

Napi::Value ResizeWithPadForJs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Uint8Array frame = BytesFromJs(info[0], "frame");
  const auto width = static_cast<int>(IntegerFromJs(info[1], "width", 1, kMaxFrameSide));
  const auto height = static_cast<int>(IntegerFromJs(info[2], "height", 1, kMaxFrameSide));
  const auto size = static_cast<int>(IntegerFromJs(info[3], "size", 1, kMaxFrameSide));
  const size_t stride = static_cast<size_t>(width) * 3;
  if (frame.ByteLength() != stride * static_cast<size_t>(height)) {
    throw Napi::TypeError::New(env, "Expected width * height * 3 bytes for frame");
  }
  Napi::Float32Array output =
      Napi::Float32Array::New(env, static_cast<size_t>(size) * static_cast<size_t>(size) * 3);
  Translate(env, [&] {
    ResizeWithPad(size).Apply({frame.Data(), width, height, stride, ChannelOrder::kRgb},
                              output.Data());
  });
  return output;
}

}  // namespace

Napi::Object InitVideo(Napi::Env env, Napi::Object exports) {
  // Here, as it sets an environment variable: that belongs on the JavaScript thread, before others
  // run.
  PrepareVideoLibrary();
  exports.Set("openCvVersion", Napi::Function::New(env, OpenCvVersionForJs));
  exports.Set("probeVideos", Napi::Function::New(env, ProbeVideosForJs));
  exports.Set("createClipDecoder", Napi::Function::New(env, CreateClipDecoder));
  exports.Set("openVideo", Napi::Function::New(env, OpenVideo));
  exports.Set("createVideoWriter", Napi::Function::New(env, CreateVideoWriter));
  exports.Set("resizeWithPad", Napi::Function::New(env, ResizeWithPadForJs));
  return exports;
}

}  // namespace movinet
