#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/reading_options.h"
#include "video/frame_table.h"
#include "video/frame_view.h"

namespace movinet {

/// Reads some frames of a video by their numbers, each equal to the one that reading from the first
/// frame on would give. Not for several threads at once.
class FrameSeeker {
 public:
  /// Opens a regular file or a folder of pictures. `wanted`: numbers of shown frames, each once, in
  /// order. `aborted` must outlive it. Throws VideoError and ReadingAborted.
  static std::unique_ptr<FrameSeeker> Open(const std::string& path, const ReadingOptions& options,
                                           FrameTable table, std::vector<int64_t> wanted,
                                           const std::atomic<bool>& aborted);

  FrameSeeker() = default;
  virtual ~FrameSeeker() = default;
  FrameSeeker(const FrameSeeker&) = delete;
  FrameSeeker& operator=(const FrameSeeker&) = delete;

  /// Moves to the next of the wanted frames, or, where that does not decode, to the first after it
  /// that does; false at the end of the video.
  virtual bool Next() = 0;
  /// The frame that Next() moved to; valid until its next call. Throws VideoError where it cannot
  /// be converted.
  virtual FrameView Retrieve() = 0;

  /// Packets, or pictures, on the way that did not decode.
  virtual int64_t damaged_packets() const noexcept = 0;
  /// How many frames the video has, once Next() has met the end.
  virtual std::optional<int64_t> ends_at() const noexcept = 0;
};

}  // namespace movinet
