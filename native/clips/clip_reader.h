#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "clips/clip_batch.h"
#include "video/video_reader.h"

namespace movinet {

/// Reads clips from one video: frames a fixed step apart, resized with padding to a square. One
/// clip follows the other.
class ClipReader {
 public:
  explicit ClipReader(std::unique_ptr<VideoReader> reader) : reader_(std::move(reader)) {}

  const VideoInfo& info() const noexcept { return reader_->info(); }
  /// Of the last frame that was read, and of the damage up to now.
  const ReadPosition& position() const noexcept { return position_; }

  /// Writes the next `frames` frames, `step` apart, into the first frames of `slot` and returns how
  /// many there were: fewer at the end of the video, or soon after `cancelled` turns true. The
  /// memory of missing frames is not touched. The next clip begins `step` frames after the last one
  /// here. Throws VideoError for a frame that cannot be converted, or is too narrow to be resized.
  int64_t Read(int64_t frames, int64_t step, ResizeWithPad& resize, ClipSlot& slot,
               const std::atomic<bool>& cancelled);

 private:
  /// Moves to the next frame; false at the end, or once `cancelled` is true.
  bool Grab(const std::atomic<bool>& cancelled);

  std::unique_ptr<VideoReader> reader_;
  ReadPosition position_;
  /// Frames to pass over before the next wanted one. They are passed over as late as possible, so
  /// that nobody waits for a camera's frames that nobody wants yet.
  int64_t skip_ = 0;
};

/// Resizes a frame of `source` into a slot. Throws VideoError for one too narrow to be resized.
void WriteFrame(ClipSlot& slot, int64_t index, const FrameView& frame, ResizeWithPad& resize,
                const std::string& source);

}  // namespace movinet
