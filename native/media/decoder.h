#pragma once

#include <cstdint>

#include "media/demuxer.h"
#include "media/handles.h"

namespace movinet {

/// The size that a codec works with; at least that of its frames.
struct CodedSize {
  int width = 0;
  int height = 0;
};

/// Decodes the packets of a track, on the calling thread alone: callers decode several files at
/// once, and beside that FFmpeg's frame threads cost half as much time again.
class Decoder {
 public:
  /// Throws VideoError where FFmpeg has no decoder for the track.
  explicit Decoder(const Demuxer& demuxer);
  /// For pictures that come without a container. Throws std::runtime_error where FFmpeg has no such
  /// decoder.
  Decoder(AVCodecID codec, int64_t max_pixels);

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
  CodedSize coded_size() const noexcept { return {context_->coded_width, context_->coded_height}; }

 private:
  /// `parameters` and `time_unit` are those of a track; null for none.
  void Open(AVCodecID codec, int64_t max_pixels, const AVCodecParameters* parameters,
            AVRational time_unit);

  CodecContext context_;
  int64_t damaged_packets_ = 0;
};

}  // namespace movinet
