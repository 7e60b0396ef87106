#include "video/containers/track_packets.h"

#include <string_view>

#include "media/random_access.h"

namespace movinet {
namespace {

/// MPEG-4's "no change" takes up to 19 bytes; a frame without any detail hardly more.
constexpr int kTinyPacket = 20;

bool IsFormat(const Demuxer& demuxer, std::string_view name) {
  return std::string_view(demuxer.context()->iformat->name).find(name) != std::string_view::npos;
}

/// A frame of VP8 that others refer to, but nobody sees (RFC 6386, section 9.1).
bool IsInvisibleVp8(const AVPacket& packet) {
  constexpr uint8_t kShowFrame = 0x10;
  return packet.size > 0 && (packet.data[0] & kShowFrame) == 0;
}

/// The size that a RIFF file says it has.
int64_t SizeOfRiff(AVIOContext& io) {
  constexpr int64_t kAt = 4;
  return avio_seek(&io, kAt, SEEK_SET) < 0 ? 0 : int64_t{avio_rl32(&io)} + kAt + 4;
}

/// Whether the container knows of packets past the file's end: no packet need be a part for that,
/// as the end may lie in the sound. Reading cannot go on after this.
bool LacksPackets(const Demuxer& demuxer, const TrackPackets& found) {
  AVStream* const track = demuxer.track();
  AVIOContext* const io = demuxer.context()->pb;
  if (io == nullptr || track->nb_frames <= static_cast<int64_t>(found.packets.size())) return false;
  const int64_t file_size = avio_size(io);
  if (file_size < 0) return false;
  if (IsFormat(demuxer, "avi")) return SizeOfRiff(*io) > file_size;
  if (!IsFormat(demuxer, "mp4")) return false;
  for (int i = avformat_index_get_entries_count(track); i > 0; --i) {
    const AVIndexEntry& entry = *avformat_index_get_entry(track, i - 1);
    if (entry.pos + entry.size > file_size) return true;
  }
  return false;
}

}  // namespace

std::optional<TrackPackets> PacketsOfContainer(const Demuxer& demuxer) {
  AVStream* const track = demuxer.track();
  const AVCodecParameters& parameters = *track->codecpar;
  // Their flags say nothing, and without a packet nothing else does.
  if (FlagsEveryPacket(parameters.codec_id)) return std::nullopt;
  const bool is_mp4 = IsFormat(demuxer, "mp4");
  if (!is_mp4 && !IsFormat(demuxer, "avi")) return std::nullopt;
  // With B-frames times of presentation differ from those of decoding, which are all that an index
  // has. An index that is not complete grows while the file is read: a fragmented MP4's, and that
  // of an AVI which breaks off before it.
  const int count = avformat_index_get_entries_count(track);
  const bool is_complete = track->nb_frames > 0 && count >= track->nb_frames;
  if (parameters.video_delay != 0 || !is_complete) return std::nullopt;
  const int64_t file_size = avio_size(demuxer.context()->pb);
  TrackPackets found;
  for (int i = 0; i < count; ++i) {
    const AVIndexEntry& entry = *avformat_index_get_entry(track, i);
    if (!is_mp4 && entry.size == 0) continue;
    if (entry.pos + entry.size > file_size) {
      found.is_cut_off = true;
      break;
    }
    TrackPacket packet;
    packet.pts = packet.dts = entry.timestamp;
    packet.is_key = (entry.flags & AVINDEX_KEYFRAME) != 0;
    packet.is_hidden = packet.is_cut_away = (entry.flags & AVINDEX_DISCARD_FRAME) != 0;
    packet.is_tiny = entry.size < kTinyPacket;
    found.packets.push_back(packet);
  }
  return found;
}

TrackPackets ReadPackets(Demuxer& demuxer) {
  const Packet packet = NewPacket();
  const bool is_vp8 = demuxer.track()->codecpar->codec_id == AV_CODEC_ID_VP8;
  TrackPackets found;
  int last_flags = 0;
  bool has_key = false;
  while (demuxer.Read(*packet)) {
    TrackPacket each;
    if (packet->pts != AV_NOPTS_VALUE) each.pts = packet->pts;
    if (packet->dts != AV_NOPTS_VALUE) each.dts = packet->dts;
    each.is_key = BeginsDecoding(*packet, *demuxer.track()->codecpar, !has_key);
    has_key = has_key || each.is_key;
    each.is_cut_away = (packet->flags & AV_PKT_FLAG_DISCARD) != 0;
    each.is_hidden = each.is_cut_away || (is_vp8 && IsInvisibleVp8(*packet));
    each.is_tiny = packet->size < kTinyPacket;
    found.packets.push_back(each);
    last_flags = packet->flags;
  }
  // The last packet is a part only where the file ends in it.
  const bool last_is_part = (last_flags & AV_PKT_FLAG_CORRUPT) != 0;
  if (last_is_part) found.packets.pop_back();
  found.is_cut_off = last_is_part || demuxer.is_cut_off() || LacksPackets(demuxer, found);
  return found;
}

}  // namespace movinet
