#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "media/reading_options.h"
#include "video/frame_view.h"

namespace movinet {

/// What an open video says of itself; zeros where it does not tell.
struct VideoInfo {
  /// Of the first frame as it is shown.
  int width = 0;
  int height = 0;
  /// The container's claim, which may be wrong.
  int64_t frame_count = 0;
  double fps = 0;
  /// It goes on whether it is read or not.
  bool is_live = false;
};

/// Where a reading stands.
struct ReadPosition {
  /// The number of the frame that was read last; -1 before the first.
  int64_t frame = -1;
  /// Its presentation time as the file has it.
  std::optional<double> seconds;
  int64_t damaged_packets = 0;
};

/// Gives out one video frame after frame. Not for several threads at once.
class VideoReader {
 public:
  /// Opens a camera (a decimal index, such as "0", or a device of Video4Linux), an address (with
  /// "://"), a folder of pictures or else a regular file, and decodes the first frame, so that an
  /// open reader has at least one. `aborted` must outlive it: once it is true, what is under way at
  /// a file or an address ends by ReadingAborted. Throws VideoError.
  static std::unique_ptr<VideoReader> Open(const std::string& source, const ReadingOptions& options,
                                           const std::atomic<bool>& aborted);

  virtual ~VideoReader() = default;
  VideoReader(const VideoReader&) = delete;
  VideoReader& operator=(const VideoReader&) = delete;

  const VideoInfo& info() const noexcept { return info_; }
  /// What it was opened by.
  const std::string& source() const noexcept { return source_; }
  const ReadPosition& position() const noexcept { return position_; }

  /// Moves to the next frame, the first one at the first call; false at the end. Decodes, but does
  /// not convert: passing over a frame costs no more than it must. Throws VideoError where a
  /// connection was lost.
  bool Grab();
  /// Decodes the next frame and says where it stands, without moving to it; null at the end. Throws
  /// as Grab().
  const ReadPosition* Peek();
  /// The frame that Grab() moved to; valid until its next call. Throws VideoError where it cannot
  /// be converted.
  virtual FrameView Retrieve() = 0;

 protected:
  explicit VideoReader(std::string source) : source_(std::move(source)) {}

  /// Decodes the frame after the last that was decoded, beside the current one, and says in
  /// `position` when it is shown; false at the end.
  virtual bool DecodeAhead(ReadPosition& position) = 0;
  /// Makes the frame that was decoded ahead the current one.
  virtual void MoveOn() = 0;
  [[noreturn]] void Fail(const std::string& reason) const;

  VideoInfo info_;

 private:
  std::string source_;
  ReadPosition position_;
  /// Of the frame that was decoded ahead.
  std::optional<ReadPosition> ahead_;
};

}  // namespace movinet
