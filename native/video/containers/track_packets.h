#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "media/demuxer.h"
#include "video/frame_table.h"

namespace movinet {

/// What an index needs of a packet.
struct TrackPacket {
  int64_t pts = kNoTime;
  int64_t dts = kNoTime;
  bool is_key = false;
  /// It is decoded where others need it, but not shown.
  bool is_hidden = false;
  /// Hidden by an edit list.
  bool is_cut_away = false;
  /// So small that it may stand for "no change" or for nothing at all.
  bool is_tiny = false;
};

/// All packets of a track in the order of decoding.
struct TrackPackets {
  std::vector<TrackPacket> packets;
  /// Packets left out because the file ends before them.
  bool is_cut_off = false;
};

/// By the container's own index, without reading a packet: MP4 and AVI without B-frames. Nothing
/// where that does not suffice.
std::optional<TrackPackets> PacketsOfContainer(const Demuxer& demuxer);

/// By reading all of them.
TrackPackets ReadPackets(Demuxer& demuxer);

}  // namespace movinet
