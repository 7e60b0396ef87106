#pragma once

#include "media/handles.h"

namespace movinet {

/// Whether decoding may begin at a packet that is flagged as a key frame's, and everything from
/// there on comes out right. `is_first`: the track's first one.
///
/// H.264 flags recovery points too, after which a picture is only whole some frames later (ITU-T
/// H.264, D.2.8): those do not count. H.261 and APNG flag packets that lean on earlier ones.
bool BeginsDecoding(const AVPacket& packet, const AVCodecParameters& parameters, bool is_first);

/// Whether a codec flags packets as key frames' that are none.
bool FlagsEveryPacket(AVCodecID codec);

}  // namespace movinet
