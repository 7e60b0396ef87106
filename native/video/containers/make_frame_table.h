#pragma once

#include <cstdint>
#include <optional>

#include "media/decoder.h"
#include "media/demuxer.h"
#include "video/containers/track_packets.h"
#include "video/frame_table.h"

namespace movinet {

/// The table of a track's frames by its packets; none where those leave the count or the order
/// open.
std::optional<FrameTable> TableOfPackets(const TrackPackets& found, const AVStream& track);

struct DecodedTable {
  FrameTable table;
  int64_t damaged_packets = 0;
};

/// The table of a track's frames by decoding all of them, from the first packet on. `found`: its
/// packets.
DecodedTable TableByDecoding(Demuxer& demuxer, const TrackPackets& found, double frame_rate);

/// A table that knows the number of frames alone.
FrameTable TableByCounting(int64_t frames, double frame_rate);

}  // namespace movinet
