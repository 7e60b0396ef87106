#include "clips/clip_reader.h"

#include <stdexcept>

#include "media/video_error.h"

namespace movinet {

void WriteFrame(ClipSlot& slot, int64_t index, const FrameView& frame, ResizeWithPad& resize,
                const std::string& source) {
  try {
    slot.Write(index, frame, resize);
  } catch (const std::invalid_argument& error) {
    // The slot's size is sound: what cannot be resized is the video's frame.
    throw VideoError("Cannot read the video " + source + ": " + error.what(), source);
  }
}

bool ClipReader::Grab(const std::atomic<bool>& cancelled) {
  if (cancelled.load(std::memory_order_relaxed)) return false;
  const bool grabbed = reader_->Grab();
  position_.damaged_packets = reader_->position().damaged_packets;
  return grabbed;
}

int64_t ClipReader::Read(int64_t frames, int64_t step, ResizeWithPad& resize, ClipSlot& slot,
                         const std::atomic<bool>& cancelled) {
  if (step < 1) throw std::invalid_argument("The frame step must be at least 1");
  for (int64_t frame = 0; frame < frames; ++frame) {
    for (; skip_ > 0; --skip_) {
      if (!Grab(cancelled)) return frame;
    }
    if (!Grab(cancelled)) return frame;
    WriteFrame(slot, frame, reader_->Retrieve(), resize, reader_->source());
    position_ = reader_->position();
    skip_ = step - 1;
  }
  return frames;
}

}  // namespace movinet
