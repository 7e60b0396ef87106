#include "video/frame_guard.h"

#include <cstdint>

#include "video/find_next.h"

namespace {

/// The beginning of an AVFrame, the same from FFmpeg 1.1 to 7 at least: libavutil 52 to 59.
struct FrameBeginning {
  uint8_t* data[8];
  int linesize[8];
  uint8_t** extended_data;
  int width;
  int height;
  int samples;
  int format;
};

// FFmpeg's headers are not needed to build: these signatures are part of its stable C interface.
using ReceiveFrame = int (*)(void* context, FrameBeginning* frame);
using GetCachedContext = void* (*)(void* context, int width, int height, int format, int to_width,
                                   int to_height, int to_format, int flags, void* from_filter,
                                   void* to_filter, const double* parameters);
using FreeContext = void (*)(void* context);
using Version = unsigned (*)();

thread_local movinet::FrameForm last_frame;
/// Of the ConversionGuard that lives; zero without one.
thread_local int guarded_width = 0;
thread_local int guarded_height = 0;

bool KnowsFrames() {
  const auto version = movinet::FindNext<Version>("avutil_version");
  const unsigned major = version == nullptr ? 0 : version() >> 16U;
  return major >= 52 && major <= 59;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int avcodec_receive_frame(void* context,
                                                                            FrameBeginning* frame) {
  static const auto receive_frame = movinet::FindNext<ReceiveFrame>("avcodec_receive_frame");
  static const bool knows_frames = KnowsFrames();
  if (receive_frame == nullptr) return -38;  // AVERROR(ENOSYS)
  const int result = receive_frame(context, frame);
  if (result >= 0 && knows_frames) last_frame = {frame->width, frame->height, frame->format};
  return result;
}

extern "C" __attribute__((visibility("default"))) void* sws_getCachedContext(
    void* context, int width, int height, int format, int to_width, int to_height, int to_format,
    int flags, void* from_filter, void* to_filter, const double* parameters) {
  static const auto get_context = movinet::FindNext<GetCachedContext>("sws_getCachedContext");
  static const auto free_context = movinet::FindNext<FreeContext>("sws_freeContext");
  if (get_context == nullptr) return nullptr;
  if (to_width < guarded_width || to_height < guarded_height) {
    // As the real function does where it gives no context.
    if (free_context != nullptr) free_context(context);
    return nullptr;
  }
  return get_context(context, width, height, format, to_width, to_height, to_format, flags,
                     from_filter, to_filter, parameters);
}

namespace movinet {

FrameForm LastDecodedFrame() noexcept { return last_frame; }

ConversionGuard::ConversionGuard(int width, int height) noexcept {
  guarded_width = width;
  guarded_height = height;
}

ConversionGuard::~ConversionGuard() { guarded_width = guarded_height = 0; }

}  // namespace movinet
