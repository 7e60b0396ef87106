#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "clips/resize_with_pad.h"

namespace movinet {

/// What a batch holds: float32 in [0, 1], the official numbers; or uint8, the same times 255,
/// rounded.
enum class PixelType { kFloat32, kUint8 };

/// A value in [0, 1] as a byte, halves rounded up. No call of the C library, of which a frame has
/// hundreds of thousands.
inline uint8_t ByteOf(float value) {
  constexpr float kHalf = 0.5f;
  return static_cast<uint8_t>(value * 255.0f + kHalf);
}

/// The target of decoded clips: [slots, frames, size, size, 3], RGB. Keeps its memory alive.
struct ClipBatch {
  std::shared_ptr<void> data;
  PixelType type = PixelType::kFloat32;
  int64_t slots = 0;
  int64_t frames = 0;
  int size = 0;

  /// Values of one frame.
  int64_t frame_values() const { return static_cast<int64_t>(size) * size * 3; }
};

/// One slot of a batch, frame by frame. One object serves one thread; it does not keep the batch's
/// memory alive.
class ClipSlot {
 public:
  ClipSlot(const ClipBatch& batch, int64_t slot);

  int64_t frames() const noexcept { return frames_; }
  /// Resizes a frame with padding into frame `index` of the slot.
  void Write(int64_t index, const FrameView& frame, ResizeWithPad& resize);
  void Copy(int64_t from, int64_t to);
  void ClearFrame(int64_t index);
  /// Zeroes the frames from `index` on.
  void Clear(int64_t index);

 private:
  char* FrameAt(int64_t index) const;

  PixelType type_;
  char* data_;
  int64_t frames_;
  int64_t frame_values_;
  size_t frame_size_;
  /// A frame on its way to uint8.
  std::vector<float> scratch_;
};

}  // namespace movinet
