#include "video/video_index.h"

#include <algorithm>
#include <optional>
#include <string>

#include "media/decoder.h"
#include "video/containers/make_frame_table.h"
#include "video/containers/track_packets.h"
#include "video/frame_converter.h"
#include "video/pictures/picture_folder.h"
#include "video/pictures/picture_index.h"

namespace movinet {
namespace {

/// A quarter of an hour. Longer tracks are not decoded only to be counted.
constexpr size_t kMostDecodedPackets = 25'000;

/// Whether the track's first packet is as the container's index has it.
bool StartsAs(Demuxer& demuxer, const TrackPackets& found) {
  const Packet packet = NewPacket();
  return !found.packets.empty() && demuxer.Read(*packet) &&
         packet->pts == found.packets.front().pts && packet->dts == found.packets.front().dts;
}

bool HasCutAway(const TrackPackets& found) {
  return std::any_of(found.packets.begin(), found.packets.end(),
                     [](const TrackPacket& packet) { return packet.is_cut_away; });
}

/// More frames than there are, which the container's head tells of a track that breaks off.
std::optional<int64_t> PromisedFrames(const AVStream& track, const TrackPackets& found,
                                      const VideoIndex& index) {
  if (!index.is_cut_off) return std::nullopt;
  const auto hidden = std::count_if(found.packets.begin(), found.packets.end(),
                                    [](const TrackPacket& packet) { return packet.is_cut_away; });
  const int64_t promised = track.nb_frames - hidden;
  if (promised <= index.frames.frame_count()) return std::nullopt;
  return promised;
}

/// The index's frames by the container's own index; false where that does not suffice.
bool FillByContainer(Demuxer& demuxer, VideoIndex& index) {
  const std::optional<TrackPackets> found = PacketsOfContainer(demuxer);
  if (!found) return false;
  std::optional<FrameTable> table = TableOfPackets(*found, *demuxer.track());
  if (!table) return false;
  if (!StartsAs(demuxer, *found)) {
    demuxer.Reopen();
    return false;
  }
  index.frames = std::move(*table);
  index.is_cut_off = found->is_cut_off;
  index.has_hidden_frames = HasCutAway(*found);
  index.promised_frames = PromisedFrames(*demuxer.track(), *found, index);
  return true;
}

void FillFrames(Demuxer& demuxer, Indexing indexing, VideoIndex& index) {
  const bool must_decode = indexing == Indexing::kByDecoding;
  if (!must_decode && FillByContainer(demuxer, index)) return;
  const TrackPackets found = ReadPackets(demuxer);
  index.is_cut_off = found.is_cut_off;
  index.has_hidden_frames = HasCutAway(found);
  std::optional<FrameTable> table;
  if (!must_decode) table = TableOfPackets(found, *demuxer.track());
  if (table) {
    index.frames = std::move(*table);
    // The part that is left of the last packet may decode or not.
    index.exact = !index.is_cut_off;
  } else if (must_decode || found.packets.size() <= kMostDecodedPackets) {
    demuxer.Reopen();
    DecodedTable decoded = TableByDecoding(demuxer, found, index.frame_rate);
    index.frames = std::move(decoded.table);
    index.damaged_packets = decoded.damaged_packets;
  } else {
    index.exact = false;
    index.frames = TableByCounting(static_cast<int64_t>(found.packets.size()), index.frame_rate);
  }
  index.promised_frames = PromisedFrames(*demuxer.track(), found, index);
}

}  // namespace

double NominalFrameRate(const Demuxer& demuxer) {
  const AVRational rate = av_guess_frame_rate(demuxer.context(), demuxer.track(), nullptr);
  return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
}

VideoIndex IndexVideo(const std::string& path, const ReadingOptions& options,
                      const std::atomic<bool>& aborted, Indexing indexing) {
  if (IsFolder(path)) return IndexPictures(path, options, aborted, indexing);
  Demuxer demuxer(path, options, aborted);
  // Refuses what cannot be decoded.
  const Decoder decoder(demuxer);
  const AVStream& track = *demuxer.track();
  const AVCodecParameters& parameters = *track.codecpar;
  if (parameters.width == 0 || parameters.height == 0) {
    demuxer.Fail("its frames have no size, or are larger than the " +
                 std::to_string(options.max_pixels) + " pixels that are decoded");
  }
  VideoIndex index;
  index.orientation = OrientationOfTrack(track);
  const AVRational aspect = demuxer.PixelAspect(nullptr);
  if (aspect.num > 0 && aspect.den > 0) index.sample_aspect_ratio = av_q2d(aspect);
  const cv::Size shown = ShownSize(parameters.width, parameters.height, index.orientation,
                                   options.pixel_aspect, aspect);
  index.width = shown.width;
  index.height = shown.height;
  index.codec = avcodec_get_name(parameters.codec_id);
  index.container = demuxer.context()->iformat->name;
  index.frame_rate = NominalFrameRate(demuxer);
  index.has_cover = demuxer.has_cover();
  index.has_other_tracks = demuxer.has_other_tracks();
  FillFrames(demuxer, indexing, index);
  if (index.frames.frame_count() == 0) demuxer.Fail("it holds no frame that can be decoded");
  return index;
}

}  // namespace movinet
