#include "clips/clip_batch.h"

#include <algorithm>
#include <cstring>

namespace movinet {
namespace {

size_t ValueSize(PixelType type) { return type == PixelType::kFloat32 ? sizeof(float) : 1; }

}  // namespace

ClipSlot::ClipSlot(const ClipBatch& batch, int64_t slot)
    : type_(batch.type),
      frames_(batch.frames),
      frame_values_(batch.frame_values()),
      frame_size_(static_cast<size_t>(frame_values_) * ValueSize(type_)) {
  const size_t slot_size = static_cast<size_t>(frames_) * frame_size_;
  data_ = static_cast<char*>(batch.data.get()) + static_cast<size_t>(slot) * slot_size;
  if (type_ == PixelType::kUint8) scratch_.resize(static_cast<size_t>(frame_values_));
}

char* ClipSlot::FrameAt(int64_t index) const {
  return data_ + static_cast<size_t>(index) * frame_size_;
}

void ClipSlot::Write(int64_t index, const FrameView& frame, ResizeWithPad& resize) {
  char* const at = FrameAt(index);
  if (type_ == PixelType::kFloat32) {
    resize.Apply(frame, reinterpret_cast<float*>(at));
    return;
  }
  resize.Apply(frame, scratch_.data());
  std::transform(scratch_.begin(), scratch_.end(), reinterpret_cast<uint8_t*>(at), ByteOf);
}

void ClipSlot::Copy(int64_t from, int64_t to) {
  if (from != to) std::memcpy(FrameAt(to), FrameAt(from), frame_size_);
}

void ClipSlot::ClearFrame(int64_t index) { std::memset(FrameAt(index), 0, frame_size_); }

void ClipSlot::Clear(int64_t index) {
  std::memset(FrameAt(index), 0, static_cast<size_t>(frames_ - index) * frame_size_);
}

}  // namespace movinet
