#include "video/clip_batch.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace movinet {
namespace {

size_t ValueSize(PixelType type) { return type == PixelType::kFloat32 ? sizeof(float) : 1; }

}  // namespace

ClipSlot::ClipSlot(const ClipBatch& batch, int64_t slot)
    : type_(batch.type), frames_(batch.frames), frame_values_(batch.frame_values()) {
  const size_t slot_size = static_cast<size_t>(frames_ * frame_values_) * ValueSize(type_);
  data_ = static_cast<char*>(batch.data.get()) + static_cast<size_t>(slot) * slot_size;
  if (type_ == PixelType::kUint8) scratch_.resize(static_cast<size_t>(frame_values_));
}

void ClipSlot::Write(int64_t index, const FrameView& frame, ResizeWithPad& resize) {
  if (type_ == PixelType::kFloat32) {
    resize.Apply(frame, static_cast<float*>(data_) + index * frame_values_);
    return;
  }
  resize.Apply(frame, scratch_.data());
  uint8_t* const output = static_cast<uint8_t*>(data_) + index * frame_values_;
  std::transform(scratch_.begin(), scratch_.end(), output,
                 [](float value) { return static_cast<uint8_t>(std::lround(value * 255.0f)); });
}

void ClipSlot::Clear(int64_t index) {
  const size_t frame_size = static_cast<size_t>(frame_values_) * ValueSize(type_);
  std::memset(static_cast<char*>(data_) + static_cast<size_t>(index) * frame_size, 0,
              static_cast<size_t>(frames_ - index) * frame_size);
}

}  // namespace movinet
