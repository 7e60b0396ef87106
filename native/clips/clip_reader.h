#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "clips/clip_batch.h"
#include "clips/frame_clock.h"
#include "video/video_reader.h"

namespace movinet {

/// Reads clips from one video: frames a fixed step or a fixed time apart, resized with padding to a
/// square. One clip follows the other. Whatever reads ends soon after `cancelled` turns true, as at
/// the end of the video.
class ClipReader {
 public:
  explicit ClipReader(std::unique_ptr<VideoReader> reader)
      : reader_(std::move(reader)), clock_(reader_->info()) {}

  const VideoInfo& info() const noexcept { return reader_->info(); }
  /// Of the last frame that was read, and of the damage up to now.
  const ReadPosition& position() const noexcept { return position_; }

  /// Writes the next `frames` frames, `step` apart, into the first frames of `slot` and returns how
  /// many there were: fewer at the end of the video. The memory of missing frames is not touched.
  /// The next clip begins `step` frames after the last one here. Throws VideoError for a frame that
  /// cannot be converted, or is too narrow to be resized.
  int64_t Read(int64_t frames, int64_t step, ResizeWithPad& resize, ClipSlot& slot,
               const std::atomic<bool>& cancelled);

  /// The same by time: the k-th frame, of all that are read so, is the one that is shown k times
  /// `seconds` after the first frame of the video. It is repeated where the video has no other by
  /// then. After frames that were read otherwise, the next one is `seconds` after the last of them.
  /// Throws VideoError where frames have neither times nor a frame rate.
  int64_t ReadByTime(int64_t frames, double seconds, ResizeWithPad& resize, ClipSlot& slot,
                     const std::atomic<bool>& cancelled);

 private:
  /// Decodes the frame after the current one; false at the end.
  bool Peek(const std::atomic<bool>& cancelled);
  void MoveOn();
  bool Grab(const std::atomic<bool>& cancelled);
  bool MoveToTime(double due, double tolerance, const std::atomic<bool>& cancelled);
  double Known(const std::optional<double>& time) const;
  /// Of the current frame, converted once.
  const FrameView& View();
  void BeginSchedule(double seconds);

  /// The times at which frames are taken.
  struct Schedule {
    double begin = 0;
    /// 0 after frames that were read otherwise.
    double seconds = 0;
    int64_t taken = 0;
  };

  std::unique_ptr<VideoReader> reader_;
  ReadPosition position_;
  /// Frames to pass over before the next wanted one. They are passed over as late as possible, so
  /// that nobody waits for a camera's frames that nobody wants yet.
  int64_t skip_ = 0;
  FrameClock clock_;
  /// When the current frame is shown, and the one after it, once that is decoded.
  std::optional<double> time_;
  std::optional<double> time_ahead_;
  bool has_ahead_ = false;
  std::optional<FrameView> view_;
  Schedule schedule_;
  /// When the last frame that was read was due.
  std::optional<double> last_due_;
};

/// Resizes a frame of `source` into a slot. Throws VideoError for one too narrow to be resized.
void WriteFrame(ClipSlot& slot, int64_t index, const FrameView& frame, ResizeWithPad& resize,
                const std::string& source);

}  // namespace movinet
