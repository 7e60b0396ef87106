#include "video/clip_reader.h"

#include <stdexcept>
#include <utility>

#include "video/video_error.h"

namespace movinet {

ClipReader::ClipReader(VideoReader reader, int64_t start)
    : reader_(std::move(reader)), skip_(start) {
  if (start < 0) throw std::invalid_argument("The start frame must not be negative");
}

int64_t ClipReader::Read(int64_t frames, int64_t step, ResizeWithPad& resize, ClipSlot& slot,
                         const std::atomic<bool>& cancelled) {
  if (step < 1) throw std::invalid_argument("The frame step must be at least 1");
  for (int64_t frame = 0; frame < frames; ++frame) {
    for (; skip_ > 0; --skip_) {
      if (cancelled.load(std::memory_order_relaxed) || !reader_.Grab()) return frame;
    }
    if (cancelled.load(std::memory_order_relaxed) || !reader_.Grab()) return frame;
    Write(slot, frame, resize);
    skip_ = step - 1;
  }
  return frames;
}

void ClipReader::Write(ClipSlot& slot, int64_t index, ResizeWithPad& resize) {
  const FrameView frame = reader_.Retrieve();
  try {
    slot.Write(index, frame, resize);
  } catch (const std::invalid_argument& error) {
    // The slot's size is sound: what cannot be resized is the video's frame.
    throw VideoError("Cannot read the video " + reader_.source() + ": " + error.what(),
                     reader_.source());
  }
}

}  // namespace movinet
