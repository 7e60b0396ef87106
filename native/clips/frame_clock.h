#pragma once

#include <optional>

#include "video/video_reader.h"

namespace movinet {

/// When the frames of a video are shown, in seconds after the first one, never falling: by their
/// own times, and by the frame rate where those are missing. Where times fall back by more than
/// frames out of order do, or a live source's leap ahead by more than it may be silent, they begin
/// anew, and go on a frame's distance after the last.
class FrameClock {
 public:
  explicit FrameClock(const VideoInfo& info) : info_(info) {}

  /// Of the next frame, whose place the reader tells: each frame once, in order. None where it has
  /// neither a time nor a frame rate.
  std::optional<double> Next(const ReadPosition& position);
  /// How long the last frame is shown, so far as one can tell.
  double distance() const noexcept { return info_.fps > 0 ? 1 / info_.fps : last_distance_; }

 private:
  double TimeAfterLast(double seconds);

  const VideoInfo info_;
  /// Of the last frame; none before the first.
  std::optional<double> last_;
  double last_distance_ = 0;
  /// What is added to the source's own times; none before the first of them.
  std::optional<double> offset_;
};

}  // namespace movinet
