#include "video/clip_reader.h"

#include <stdexcept>
#include <utility>

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
    slot.Write(frame, reader_.Retrieve(), resize);
    skip_ = step - 1;
  }
  return frames;
}

}  // namespace movinet
