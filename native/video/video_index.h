#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/demuxer.h"
#include "media/orientation.h"
#include "video/frame_table.h"

namespace movinet {

/// A file's main track, found out by reading its container without decoding; or a folder of
/// pictures.
struct VideoIndex {
  /// Of a frame as it is shown.
  int width = 0;
  int height = 0;
  Orientation orientation;
  /// Width to height of a stored pixel; 1 where unknown.
  double sample_aspect_ratio = 1;
  std::string codec;
  std::string container;
  /// Whether `frames` has as many frames as there are: only decoding would show otherwise.
  bool exact = true;
  /// Frames a second: as the container means them, 0 where unknown.
  double frame_rate = 0;
  /// Whether the times of `frames` say anything.
  bool has_times = true;
  bool has_hidden_frames = false;
  bool has_cover = false;
  bool has_other_tracks = false;
  bool is_cut_off = false;
  /// Where it is cut off: the frames that its container promises, if it tells.
  std::optional<int64_t> promised_frames;
  /// Packets that did not decode; none where nothing was decoded.
  std::optional<int64_t> damaged_packets;
  FrameTable frames;
};

/// Frames a second as the container means them; 0 where it does not tell.
double NominalFrameRate(const Demuxer& demuxer);

/// How an index is made.
enum class Indexing {
  /// By the container, decoding only where that leaves something open.
  kByContainer,
  /// By decoding all frames: what is damaged is not counted.
  kByDecoding,
};

/// Where the container's own index has all that is needed, no packet is read. Where packets leave
/// the count or the order of the frames open, as MPEG-4's packed B-frames in AVI do, a track of
/// moderate length is decoded. Throws VideoError, and ReadingAborted.
VideoIndex IndexVideo(const std::string& path, const ReadingOptions& options,
                      const std::atomic<bool>& aborted, Indexing indexing = Indexing::kByContainer);

}  // namespace movinet
