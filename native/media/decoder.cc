#include "media/decoder.h"

#include <stdexcept>
#include <string>

#include "media/ffmpeg_error.h"

namespace movinet {

Decoder::Decoder(const Demuxer& demuxer) {
  const AVStream& track = *demuxer.track();
  try {
    Open(track.codecpar->codec_id, demuxer.options().max_pixels, track.codecpar, track.time_base);
  } catch (const std::runtime_error& error) {
    demuxer.Fail(error.what());
  }
}

Decoder::Decoder(AVCodecID codec, int64_t max_pixels) {
  Open(codec, max_pixels, nullptr, AVRational{0, 1});
}

void Decoder::Open(AVCodecID codec, int64_t max_pixels, const AVCodecParameters* parameters,
                   AVRational time_unit) {
  const AVCodec* const decoder = avcodec_find_decoder(codec);
  if (decoder == nullptr) {
    throw std::runtime_error("this FFmpeg cannot decode " + std::string(avcodec_get_name(codec)));
  }
  context_.reset(avcodec_alloc_context3(decoder));
  if (context_ == nullptr) throw std::bad_alloc();
  int code = 0;
  if (parameters != nullptr) code = avcodec_parameters_to_context(context_.get(), parameters);
  context_->thread_count = 1;
  context_->max_pixels = max_pixels;
  context_->pkt_timebase = time_unit;
  if (code >= 0) code = avcodec_open2(context_.get(), decoder, nullptr);
  if (code < 0) throw std::runtime_error("its codec cannot be set up: " + FfmpegErrorText(code));
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
