#include "bench/encoded_videos.h"

#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "bench/bench_videos.h"
#include "bench/reporting.h"
#include "media/ffmpeg_error.h"
#include "media/handles.h"

namespace movinet {
namespace {

constexpr AVRational kFrameTime = {1, 25};

void Check(int code, const std::string& what) {
  if (code < 0) throw std::runtime_error("Cannot " + what + ": " + FfmpegErrorText(code));
}

struct OutputDeleter {
  void operator()(AVFormatContext* context) const noexcept {
    avio_closep(&context->pb);
    avformat_free_context(context);
  }
};
using OutputContext = std::unique_ptr<AVFormatContext, OutputDeleter>;

const AVCodec& FindEncoder(const Codec& codec) {
  for (const char* name : codec.encoders) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(name);
    if (encoder != nullptr) return *encoder;
  }
  throw SkippedBenchmark(std::string("FFmpeg on this machine has no encoder for ") + codec.name);
}

CodecContext OpenEncoder(const AVCodec& encoder, int width, int height, bool global_header) {
  CodecContext context(avcodec_alloc_context3(&encoder));
  if (context == nullptr) throw std::bad_alloc();
  context->width = width;
  context->height = height;
  context->pix_fmt = encoder.id == AV_CODEC_ID_MJPEG ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
  context->time_base = kFrameTime;
  context->framerate = av_inv_q(kFrameTime);
  context->gop_size = kEncodedKeyInterval;
  context->thread_count = 1;
  if (global_header) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  Dictionary options;
  // Those that an encoder does not know stay behind. Only how fast they are: what is timed is
  // decoding.
  const std::string name = encoder.name;
  options.Set("preset", name == "libsvtav1" ? "10" : "veryfast");
  options.Set("deadline", "realtime");
  options.Set("usage", "realtime");
  options.Set("cpu-used", "8");
  options.Set("x265-params", "log-level=none");
  Check(avcodec_open2(context.get(), &encoder, options.get()), "open the encoder " + name);
  return context;
}

/// Frames of the pattern in the encoder's pixels.
class Pictures {
 public:
  explicit Pictures(const AVCodecContext& encoder)
      : frame_(NewFrame()),
        scaler_(sws_getContext(encoder.width, encoder.height, AV_PIX_FMT_RGB24, encoder.width,
                               encoder.height, encoder.pix_fmt, SWS_BILINEAR, nullptr, nullptr,
                               nullptr)) {
    if (scaler_ == nullptr) throw std::bad_alloc();
    frame_->format = encoder.pix_fmt;
    frame_->width = encoder.width;
    frame_->height = encoder.height;
    Check(av_frame_get_buffer(frame_.get(), 0), "allocate a frame");
  }

  /// Valid until the next call.
  AVFrame* Draw(int number) {
    Check(av_frame_make_writable(frame_.get()), "write a frame");
    const std::vector<uint8_t> rgb = MovingPattern(frame_->width, frame_->height, number);
    const uint8_t* const planes[] = {rgb.data()};
    const int strides[] = {frame_->width * 3};
    sws_scale(scaler_.get(), planes, strides, 0, frame_->height, frame_->data, frame_->linesize);
    frame_->pts = number;
    return frame_.get();
  }

 private:
  Frame frame_;
  Scaler scaler_;
};

/// Hands each packet that the encoder has ready to `take`.
template <typename Take>
void Encode(AVCodecContext& encoder, const AVFrame* frame, Take take) {
  Check(avcodec_send_frame(&encoder, frame), "encode a frame");
  for (const Packet packet = NewPacket();;) {
    const int code = avcodec_receive_packet(&encoder, packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    Check(code, "encode a frame");
    take(*packet);
    av_packet_unref(packet.get());
  }
}

}  // namespace

const std::vector<Codec>& BenchCodecs() {
  static const std::vector<Codec> codecs = {
      {"h264", {"libx264", "libopenh264"}, ".mp4"},
      {"hevc", {"libx265"}, ".mp4"},
      {"vp9", {"libvpx-vp9"}, ".webm"},
      {"av1", {"libsvtav1", "libaom-av1"}, ".mp4"},
      {"mpeg4", {"mpeg4"}, ".mp4"},
      {"mjpeg", {"mjpeg"}, ".avi"},
  };
  return codecs;
}

void WriteEncoded(const Codec& codec, const std::string& path) {
  SilenceFfmpeg();
  // SVT-AV1 has a log of its own.
  setenv("SVT_LOG", "1", 0);
  const AVCodec& encoder = FindEncoder(codec);
  AVFormatContext* made = nullptr;
  Check(avformat_alloc_output_context2(&made, nullptr, nullptr, path.c_str()), "write " + path);
  const OutputContext output(made);
  const bool global_header = (output->oformat->flags & AVFMT_GLOBALHEADER) != 0;
  const CodecContext context = OpenEncoder(encoder, kEncodedWidth, kEncodedHeight, global_header);
  AVStream* const stream = avformat_new_stream(output.get(), nullptr);
  if (stream == nullptr) throw std::bad_alloc();
  stream->time_base = kFrameTime;
  Check(avcodec_parameters_from_context(stream->codecpar, context.get()), "write " + path);
  Check(avio_open(&output->pb, path.c_str(), AVIO_FLAG_WRITE), "write " + path);
  Check(avformat_write_header(output.get(), nullptr), "write " + path);
  const auto write = [&](AVPacket& packet) {
    packet.duration = 1;
    av_packet_rescale_ts(&packet, kFrameTime, stream->time_base);
    Check(av_interleaved_write_frame(output.get(), &packet), "write " + path);
  };
  Pictures pictures(*context);
  for (int i = 0; i < kEncodedFrames; ++i) Encode(*context, pictures.Draw(i), write);
  Encode(*context, nullptr, write);
  Check(av_write_trailer(output.get()), "write " + path);
}

std::vector<unsigned char> EncodeJpeg(int width, int height) {
  SilenceFfmpeg();
  const AVCodec* const encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (encoder == nullptr) throw SkippedBenchmark("FFmpeg on this machine has no JPEG encoder");
  const CodecContext context = OpenEncoder(*encoder, width, height, false);
  Pictures pictures(*context);
  std::vector<unsigned char> bytes;
  const auto keep = [&bytes](const AVPacket& packet) {
    bytes.insert(bytes.end(), packet.data, packet.data + packet.size);
  };
  Encode(*context, pictures.Draw(0), keep);
  Encode(*context, nullptr, keep);
  return bytes;
}

}  // namespace movinet
