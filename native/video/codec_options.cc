#include "video/codec_options.h"

#include "video/find_next.h"

namespace {

// FFmpeg's headers are not needed to build: both signatures are part of its stable C interface.
using OpenCodec = int (*)(void* context, const void* codec, void** options);
using SetIntegerOption = int (*)(void* object, const char* name, int64_t value, int search_flags);

}  // namespace

extern "C" __attribute__((visibility("default"))) int avcodec_open2(void* context,
                                                                    const void* codec,
                                                                    void** options) {
  static const auto open_codec = movinet::FindNext<OpenCodec>("avcodec_open2");
  static const auto set_integer_option = movinet::FindNext<SetIntegerOption>("av_opt_set_int");
  if (open_codec == nullptr) return -38;  // AVERROR(ENOSYS)
  if (context != nullptr && set_integer_option != nullptr) {
    set_integer_option(context, "threads", 1, 0);
    set_integer_option(context, "max_pixels", movinet::kMostFramePixels, 0);
  }
  return open_codec(context, codec, options);
}

/// A reference to this makes the linker take the file's definitions out of a static library.
void movinet::UseCodecOptions() {}
