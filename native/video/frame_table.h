#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace movinet {

constexpr int64_t kNoTime = std::numeric_limits<int64_t>::min();

/// A packet at which decoding can begin.
struct KeyFrame {
  /// The first shown frame that decodes right from here on.
  int64_t frame = 0;
  /// The packet's times, in the track's unit; kNoTime where it has none.
  int64_t pts = kNoTime;
  int64_t dts = kNoTime;
};

/// By what a decoded frame is known.
enum class FrameIdentity : uint8_t {
  /// By nothing: frames are counted from the first one.
  kNone,
  /// By its presentation time.
  kPts,
  /// By the decoding time of the packet that made the decoder give it out.
  kDts,
};

/// The shown frames of a track in the order of presentation, and where decoding can begin.
struct FrameTable {
  /// Seconds of a unit of time: `unit_num` / `unit_den`.
  int32_t unit_num = 1;
  int32_t unit_den = 1;
  FrameIdentity identity = FrameIdentity::kNone;
  /// Strictly increasing; empty without an identity.
  std::vector<int64_t> ids;
  /// The presentation time of each frame, never decreasing.
  std::vector<int64_t> times;
  /// In order, the first of them first.
  std::vector<KeyFrame> key_frames;

  int64_t frame_count() const noexcept { return static_cast<int64_t>(times.size()); }
  double seconds(int64_t frame) const {
    return static_cast<double>(times[static_cast<size_t>(frame)]) * unit_num / unit_den;
  }
  /// The number of the frame of that id; -1 where there is none.
  int64_t Find(int64_t id) const;
  /// The last key frame from which `frame` decodes right; -1 where only the beginning will do.
  ptrdiff_t KeyFrameBefore(int64_t frame) const;
};

/// A table as bytes: some tens for frames at one distance with a key frame each second, one or two
/// a frame otherwise.
std::string PackTable(const FrameTable& table);

/// Throws std::invalid_argument for what is no packed table.
FrameTable UnpackTable(const std::string& bytes);

}  // namespace movinet
