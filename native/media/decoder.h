#pragma once

#include <cstdint>

#include "media/demuxer.h"
#include "media/handles.h"

namespace movinet {

/// Decodes the packets of a track, on the calling thread alone: callers decode several files at
/// once, and beside that FFmpeg's frame threads cost half as much time again.
class Decoder {
 public:
  /// Throws VideoError where FFmpeg has no decoder for the track.
  explicit Decoder(const Demuxer& demuxer);

  /// Takes the next packet in; null after the last one. All frames must have been received before.
  void Send(const AVPacket* packet);
  /// The next frame in the order of presentation; false where another packet is needed, or, after
  /// the last, at the end.
  bool Receive(AVFrame& frame);
  /// Forgets everything, for packets from elsewhere.
  void Flush();
  /// Whether frames that no other frame refers to are left out.
  void LeaveOutUnreferenced(bool leave_out);

  /// Packets that did not decode.
  int64_t damaged_packets() const noexcept { return damaged_packets_; }
  AVCodecID codec() const noexcept { return context_->codec_id; }
  /// The size that the codec works with; at least that of the frames.
  int coded_width() const noexcept { return context_->coded_width; }
  int coded_height() const noexcept { return context_->coded_height; }

 private:
  CodecContext context_;
  int64_t damaged_packets_ = 0;
};

}  // namespace movinet
