#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "media/demuxer.h"
#include "media/handles.h"
#include "video_files.h"

namespace movinet {

/// A picture in the format of one of FFmpeg's encoders; empty where this FFmpeg lacks it.
inline std::vector<char> EncodePicture(const char* encoder, int width, int height,
                                       const std::vector<uint8_t>& rgb) {
  const AVCodec* const codec = avcodec_find_encoder_by_name(encoder);
  if (codec == nullptr) return {};
  const CodecContext context(avcodec_alloc_context3(codec));
  const std::string name = encoder;
  AVPixelFormat format = AV_PIX_FMT_RGB24;
  if (name == "mjpeg") format = AV_PIX_FMT_YUVJ444P;
  if (name == "bmp") format = AV_PIX_FMT_BGR24;
  if (name == "pgm") format = AV_PIX_FMT_GRAY8;
  if (name == "libwebp") {
    format = AV_PIX_FMT_BGRA;
    av_opt_set_int(context->priv_data, "lossless", 1, 0);
  }
  context->width = width;
  context->height = height;
  context->pix_fmt = format;
  context->time_base = {1, 25};
  context->qmin = context->qmax = 2;
  const Frame frame = NewFrame();
  frame->format = format;
  frame->width = width;
  frame->height = height;
  const Scaler scaler(sws_getContext(width, height, AV_PIX_FMT_RGB24, width, height, format,
                                     SWS_BICUBIC, nullptr, nullptr, nullptr));
  const Packet packet = NewPacket();
  const uint8_t* const data[] = {rgb.data()};
  const int stride[] = {3 * width};
  if (avcodec_open2(context.get(), codec, nullptr) < 0 || scaler == nullptr ||
      av_frame_get_buffer(frame.get(), 0) < 0 ||
      sws_scale(scaler.get(), data, stride, 0, height, frame->data, frame->linesize) < 0 ||
      avcodec_send_frame(context.get(), frame.get()) < 0 ||
      avcodec_send_frame(context.get(), nullptr) < 0 ||
      avcodec_receive_packet(context.get(), packet.get()) < 0) {
    throw std::runtime_error("Cannot encode a picture with " + name);
  }
  return {packet->data, packet->data + packet->size};
}

/// The picture of number `frame` of the test video.
inline void WriteTestPicture(const std::string& path, const char* encoder, int width, int height,
                             int frame) {
  WriteBytes(path, EncodePicture(encoder, width, height, TestFrame(width, height, frame)));
}

/// Pictures "FROM.png" and so on, 8x8, before the number `to`.
inline void WriteNumbered(const TemporaryFolder& folder, int from, int to) {
  for (int i = from; i < to; ++i) {
    WriteTestPicture(folder.File(std::to_string(i) + ".png"), "png", 8, 8, i);
  }
}

/// Ten pictures of which 0, 4, 5 and 9 cannot be read, each for a reason of its own.
inline void WriteDamaged(const TemporaryFolder& folder) {
  for (const int i : {1, 2, 3, 6, 7, 8}) {
    WriteTestPicture(folder.File(std::to_string(i) + ".png"), "png", 8, 8, i);
  }
  WriteBytes(folder.File("0.png"), {'n', 'o', 'n', 'e'});
  WriteBytes(folder.File("4.png"), {});
  ASSERT_EQ(mkfifo(folder.File("5.png").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", folder.File("9.png"));
}

/// The pictures of a video of JPEGs as files "1.jpg", "2.jpg", …; returns how many.
inline int WritePacketsAsFiles(const std::string& video, const TemporaryFolder& folder) {
  Demuxer demuxer(video, ReadingOptions(), NeverAborted());
  const Packet packet = NewPacket();
  int count = 0;
  while (demuxer.Read(*packet)) {
    WriteBytes(folder.File(std::to_string(++count) + ".jpg"),
               {packet->data, packet->data + packet->size});
  }
  return count;
}

/// The bytes of a frame in the other order of channels.
inline std::vector<uint8_t> Bgr(std::vector<uint8_t> rgb) {
  for (size_t i = 0; i + 2 < rgb.size(); i += 3) std::swap(rgb[i], rgb[i + 2]);
  return rgb;
}

}  // namespace movinet
