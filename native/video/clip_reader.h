#pragma once

#include <atomic>
#include <cstdint>

#include "video/clip_batch.h"
#include "video/video_reader.h"

namespace movinet {

/// Reads clips from one video: frames a fixed step apart, resized with padding to a square. One
/// clip follows the other.
class ClipReader {
 public:
  /// The first clip begins at frame `start` of the video.
  explicit ClipReader(VideoReader reader, int64_t start = 0);

  const VideoInfo& info() const noexcept { return reader_.info(); }

  /// Writes the next `frames` frames, `step` apart, into the first frames of `slot` and returns how
  /// many there were: fewer at the end of the video, or soon after `cancelled` turns true. The
  /// memory of missing frames is not touched. The next clip begins `step` frames after the last one
  /// here. Throws VideoError for a frame that cannot be decoded, or is too narrow to be resized.
  int64_t Read(int64_t frames, int64_t step, ResizeWithPad& resize, ClipSlot& slot,
               const std::atomic<bool>& cancelled);

 private:
  void Write(ClipSlot& slot, int64_t index, ResizeWithPad& resize);

  VideoReader reader_;
  /// Frames to pass over before the next wanted one. They are passed over as late as possible, so
  /// that nobody waits for a camera's frames that nobody wants yet.
  int64_t skip_;
};

}  // namespace movinet
