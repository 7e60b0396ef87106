#include "video/containers/make_frame_table.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace movinet {
namespace {

bool IsKey(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame.flags & AV_FRAME_FLAG_KEY) != 0;
#else
  return frame.key_frame != 0;
#endif
}

/// What decoding shows of a frame.
struct DecodedFrame {
  int64_t pts;
  /// Of the packet that made the decoder give it out; none for those that its end drives out.
  int64_t dts;
  int64_t time;
  bool is_key;
};

std::vector<DecodedFrame> DecodeAll(Demuxer& demuxer, int64_t& damaged_packets) {
  Decoder decoder(demuxer);
  const Packet packet = NewPacket();
  const Frame frame = NewFrame();
  std::vector<DecodedFrame> frames;
  for (bool more = true; more;) {
    more = demuxer.Read(*packet);
    decoder.Send(more ? packet.get() : nullptr);
    while (decoder.Receive(*frame)) {
      if (demuxer.aborted()) throw ReadingAborted();
      frames.push_back({frame->pts, frame->pkt_dts, frame->best_effort_timestamp, IsKey(*frame)});
    }
  }
  damaged_packets = decoder.damaged_packets();
  return frames;
}

bool Rises(const std::vector<int64_t>& values) {
  const auto does_not_rise = [](int64_t a, int64_t b) { return a >= b; };
  return std::adjacent_find(values.begin(), values.end(), does_not_rise) == values.end();
}

/// One field of all frames; none where one of them lacks it or they do not rise. `drained`: those
/// at the end may lack it.
std::optional<std::vector<int64_t>> Ids(const std::vector<DecodedFrame>& frames,
                                        int64_t DecodedFrame::* field, bool drained) {
  std::vector<int64_t> ids;
  ids.reserve(frames.size());
  bool at_end = false;
  for (const DecodedFrame& frame : frames) {
    const bool missing = frame.*field == AV_NOPTS_VALUE;
    if ((missing && (!drained || ids.empty())) || (at_end && !missing)) return std::nullopt;
    at_end = missing;
    // No packet has this id: the frame is known by the one before it.
    ids.push_back(missing ? ids.back() + 1 : frame.*field);
  }
  if (!Rises(ids)) return std::nullopt;
  return ids;
}

/// The key frame that a packet holds, among the decoded ones from `from` on; their end where there
/// is none.
size_t FindKeyFrame(const std::vector<DecodedFrame>& frames, size_t from, const TrackPacket& packet,
                    FrameIdentity identity, bool is_delayed) {
  for (size_t i = from; i < frames.size(); ++i) {
    const DecodedFrame& frame = frames[i];
    if (!frame.is_key) continue;
    if (identity == FrameIdentity::kPts) {
      if (frame.pts == packet.pts) return i;
      continue;
    }
    // With B-frames it is given out when the next frame that others lean on comes.
    const bool is_later = frame.dts == AV_NOPTS_VALUE || frame.dts > packet.dts;
    if (is_later || (!is_delayed && frame.dts == packet.dts)) return i;
  }
  return frames.size();
}

std::vector<KeyFrame> KeyFramesOf(const std::vector<DecodedFrame>& frames,
                                  const TrackPackets& found, FrameIdentity identity,
                                  bool is_delayed) {
  std::vector<KeyFrame> key_frames;
  size_t from = 0;
  for (const TrackPacket& packet : found.packets) {
    if (!packet.is_key) continue;
    const size_t number = FindKeyFrame(frames, from, packet, identity, is_delayed);
    if (number == frames.size()) continue;
    key_frames.push_back({static_cast<int64_t>(number), packet.pts, packet.dts});
    from = number + 1;
  }
  return key_frames;
}

/// The times of all frames, in the track's unit, never decreasing. Where one is missing, it is a
/// frame's usual distance after the one before; where times begin anew, as in files that were
/// joined, they go on after the last. None where the first is missing.
std::vector<int64_t> TimesOf(const std::vector<DecodedFrame>& frames, const AVStream& track,
                             double frame_rate) {
  if (frames.empty() || frames.front().time == AV_NOPTS_VALUE) return {};
  const double unit = av_q2d(track.time_base);
  const int64_t distance = frame_rate > 0 ? std::llround(1 / (frame_rate * unit)) : 0;
  // What falls back by less is out of order.
  constexpr double kBeginsAnew = 0.5;
  std::vector<int64_t> times;
  times.reserve(frames.size());
  int64_t added = 0;
  for (const DecodedFrame& frame : frames) {
    const int64_t last = times.empty() ? frame.time : times.back();
    int64_t next = last + distance;
    if (frame.time != AV_NOPTS_VALUE) {
      next = frame.time + added;
      if (static_cast<double>(last - next) * unit > kBeginsAnew) {
        added += last + distance - next;
        next = last + distance;
      }
    }
    times.push_back(std::max(last, next));
  }
  return times;
}

/// Packets of fields, of which two make a frame.
bool MayHoldFields(const AVCodecParameters& parameters) {
  return parameters.codec_id == AV_CODEC_ID_H264 && parameters.field_order != AV_FIELD_UNKNOWN &&
         parameters.field_order != AV_FIELD_PROGRESSIVE;
}

}  // namespace

std::optional<FrameTable> TableOfPackets(const TrackPackets& found, const AVStream& track) {
  const AVCodecParameters& parameters = *track.codecpar;
  if (MayHoldFields(parameters)) return std::nullopt;
  const bool tiny_may_be_none = parameters.codec_id == AV_CODEC_ID_MPEG4;
  const auto& packets = found.packets;
  // Before the first key frame nothing decodes, nor what is shown before it.
  auto first = std::find_if(packets.begin(), packets.end(),
                            [](const TrackPacket& packet) { return packet.is_key; });
  const int64_t begin = first == packets.end() ? kNoTime : first->pts;
  if (first == packets.end()) first = packets.begin();
  FrameTable table;
  table.identity = FrameIdentity::kPts;
  table.unit_num = track.time_base.num;
  table.unit_den = track.time_base.den;
  for (auto packet = first; packet != packets.end(); ++packet) {
    if (packet->pts == kNoTime || (tiny_may_be_none && packet->is_tiny)) return std::nullopt;
    if (!packet->is_hidden && packet->pts >= begin) table.ids.push_back(packet->pts);
  }
  std::sort(table.ids.begin(), table.ids.end());
  if (!Rises(table.ids)) return std::nullopt;
  table.times = table.ids;
  for (auto packet = first; packet != packets.end(); ++packet) {
    if (!packet->is_key) continue;
    const auto shown = std::lower_bound(table.ids.begin(), table.ids.end(), packet->pts);
    const int64_t frame = shown - table.ids.begin();
    const bool in_order = table.key_frames.empty() || table.key_frames.back().pts < packet->pts;
    if (in_order) table.key_frames.push_back({frame, packet->pts, packet->dts});
  }
  return table;
}

FrameTable TableByCounting(int64_t frames, double frame_rate) {
  FrameTable table;
  constexpr int32_t kUnits = 1'000'000;
  table.unit_den = kUnits;
  const double distance = frame_rate > 0 ? kUnits / frame_rate : 0;
  for (int64_t i = 0; i < frames; ++i) {
    table.times.push_back(std::llround(distance * static_cast<double>(i)));
  }
  return table;
}

DecodedTable TableByDecoding(Demuxer& demuxer, const TrackPackets& found, double frame_rate) {
  DecodedTable result;
  const std::vector<DecodedFrame> frames = DecodeAll(demuxer, result.damaged_packets);
  const AVStream& track = *demuxer.track();
  FrameTable& table = result.table;
  table = TableByCounting(static_cast<int64_t>(frames.size()), frame_rate);
  std::vector<int64_t> times = TimesOf(frames, track, frame_rate);
  if (!times.empty()) {
    table.times = std::move(times);
    table.unit_num = track.time_base.num;
    table.unit_den = track.time_base.den;
  }
  if (const auto pts = Ids(frames, &DecodedFrame::pts, false)) {
    table.identity = FrameIdentity::kPts;
    table.ids = *pts;
  } else if (const auto dts = Ids(frames, &DecodedFrame::dts, true)) {
    table.identity = FrameIdentity::kDts;
    table.ids = *dts;
  }
  if (table.identity != FrameIdentity::kNone) {
    const bool is_delayed = track.codecpar->video_delay > 0;
    table.key_frames = KeyFramesOf(frames, found, table.identity, is_delayed);
  }
  return result;
}

}  // namespace movinet
