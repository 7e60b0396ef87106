#include "media/decoder.h"

#include <string>

#include "media/ffmpeg_error.h"

namespace movinet {

Decoder::Decoder(const Demuxer& demuxer) {
  const AVStream& track = *demuxer.track();
  const AVCodecParameters& parameters = *track.codecpar;
  const AVCodec* const codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    demuxer.Fail("this FFmpeg cannot decode " + std::string(avcodec_get_name(parameters.codec_id)));
  }
  context_.reset(avcodec_alloc_context3(codec));
  if (context_ == nullptr) throw std::bad_alloc();
  int code = avcodec_parameters_to_context(context_.get(), &parameters);
  context_->thread_count = 1;
  context_->max_pixels = demuxer.options().max_pixels;
  context_->pkt_timebase = track.time_base;
  if (code >= 0) code = avcodec_open2(context_.get(), codec, nullptr);
  if (code < 0) demuxer.Fail("its codec cannot be set up: " + FfmpegErrorText(code));
}

void Decoder::Send(const AVPacket* packet) {
  const int code = avcodec_send_packet(context_.get(), packet);
  if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
  if (code < 0 && code != AVERROR_EOF && code != AVERROR(EAGAIN)) ++damaged_packets_;
}

bool Decoder::Receive(AVFrame& frame) {
  for (;;) {
    const int code = avcodec_receive_frame(context_.get(), &frame);
    if (code >= 0) return true;
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return false;
    if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
    ++damaged_packets_;
  }
}

void Decoder::Flush() { avcodec_flush_buffers(context_.get()); }

void Decoder::LeaveOutUnreferenced(bool leave_out) {
  context_->skip_frame = leave_out ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
}

}  // namespace movinet
