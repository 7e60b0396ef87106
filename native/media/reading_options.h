#pragma once

#include <chrono>
#include <cstdint>

namespace movinet {

/// The largest frame that is decoded: 8192 x 8192. A file of a kilobyte can promise frames of a
/// gigabyte, which a codec would take at once.
constexpr int64_t kMostFramePixels = int64_t{1} << 26;

/// What may be read, how frames are shown, and how long is waited.
struct ReadingOptions {
  /// Whether a file may name others that are read in its place.
  bool allow_playlists = false;
  /// Whether frames whose pixels are not square are stretched to their shape.
  bool pixel_aspect = false;
  int64_t max_pixels = kMostFramePixels;
  /// Frames a second of a folder of pictures; 0 where unknown.
  double picture_rate = 0;
  /// For addresses. A file is waited for; for a camera OpenCV has a patience of its own.
  std::chrono::milliseconds open_timeout{10'000};
  std::chrono::milliseconds read_timeout{10'000};
};

}  // namespace movinet
