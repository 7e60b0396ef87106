#include "video/containers/media_reader.h"

#include <utility>

#include "video/video_index.h"

namespace movinet {

MediaReader::MediaReader(const std::string& source, const ReadingOptions& options,
                         const std::atomic<bool>& aborted)
    : VideoReader(source),
      demuxer_(source, options, aborted),
      decoder_(demuxer_),
      orientation_(OrientationOfTrack(*demuxer_.track())),
      converter_(orientation_, options.pixel_aspect) {
  if (Peek() == nullptr) Fail("no frame of it can be decoded");
  const cv::Size shown = ShownSize(ahead_->width, ahead_->height, orientation_,
                                   options.pixel_aspect, demuxer_.PixelAspect(ahead_.get()));
  info_.width = shown.width;
  info_.height = shown.height;
  info_.fps = NominalFrameRate(demuxer_);
  info_.is_live = demuxer_.is_live();
  if (demuxer_.track()->nb_frames > 0) info_.frame_count = demuxer_.track()->nb_frames;
}

bool MediaReader::DecodeAhead(ReadPosition& position) {
  while (!decoder_.Receive(*ahead_)) {
    if (is_drained_) {
      position.damaged_packets = decoder_.damaged_packets();
      return false;
    }
    is_drained_ = !demuxer_.Read(*packet_);
    decoder_.Send(is_drained_ ? nullptr : packet_.get());
  }
  if (demuxer_.aborted()) throw ReadingAborted();
  coded_ahead_ = decoder_.coded_size();
  position.damaged_packets = decoder_.damaged_packets();
  position.seconds.reset();
  if (ahead_->best_effort_timestamp != AV_NOPTS_VALUE) {
    position.seconds =
        static_cast<double>(ahead_->best_effort_timestamp) * av_q2d(demuxer_.track()->time_base);
  }
  return true;
}

void MediaReader::MoveOn() {
  std::swap(frame_, ahead_);
  av_frame_unref(ahead_.get());
  coded_ = coded_ahead_;
}

FrameView MediaReader::Retrieve() { return converter_.Convert(*frame_, coded_, demuxer_); }

}  // namespace movinet
