#include "video/frame_converter.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>

#include "media/ffmpeg_error.h"

namespace movinet {
namespace {

/// Whether a picture of this size may be read out of the frame's buffers: a damaged file may tell
/// one size and work with another.
bool HoldsPicture(const AVFrame& frame, int width, int height) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const AVPixFmtDescriptor* const description = av_pix_fmt_desc_get(format);
  std::array<int, 4> bytes{};
  if (description == nullptr || av_image_fill_linesizes(bytes.data(), format, width) < 0) {
    return false;
  }
  const bool has_palette = (description->flags & AV_PIX_FMT_FLAG_PAL) != 0;
  for (int plane = 0; plane < (has_palette ? 1 : av_pix_fmt_count_planes(format)); ++plane) {
    const AVBufferRef* const buffer =
        av_frame_get_plane_buffer(const_cast<AVFrame*>(&frame), plane);
    if (buffer == nullptr || frame.linesize[plane] < bytes.at(plane)) return false;
    const int shift = plane == 1 || plane == 2 ? description->log2_chroma_h : 0;
    const auto rows = static_cast<ptrdiff_t>(AV_CEIL_RSHIFT(height, shift));
    const uint8_t* const end =
        frame.data[plane] + (rows - 1) * frame.linesize[plane] + bytes.at(plane);
    if (end > buffer->data + buffer->size) return false;
  }
  return true;
}

}  // namespace

cv::Size ShownSize(int width, int height, const Orientation& orientation, bool pixel_aspect,
                   AVRational sample_aspect_ratio) {
  cv::Size size(width, height);
  if (pixel_aspect && sample_aspect_ratio.num > 0 && sample_aspect_ratio.den > 0) {
    const double ratio = av_q2d(sample_aspect_ratio);
    // Never smaller, so that no detail is lost; never so large that a file of nothing fills memory.
    constexpr double kMostStretched = 4;
    const double wider = std::min(std::max(ratio, 1.0), kMostStretched);
    const double higher = std::min(std::max(1 / ratio, 1.0), kMostStretched);
    size = {static_cast<int>(std::lround(width * wider)),
            static_cast<int>(std::lround(height * higher))};
  }
  return orientation.swaps_sides() ? cv::Size(size.height, size.width) : size;
}

cv::Mat FrameConverter::Scale(const AVFrame& frame, int width, int height) {
  scaler_.reset(sws_getCachedContext(scaler_.release(), width, height,
                                     static_cast<AVPixelFormat>(frame.format), width, height,
                                     AV_PIX_FMT_BGR24, SWS_BICUBIC, nullptr, nullptr, nullptr));
  if (scaler_ == nullptr) throw std::runtime_error("its frames have a format without colours");
  if (bgr_->width != width || bgr_->height != height) {
    av_frame_unref(bgr_.get());
    bgr_->format = AV_PIX_FMT_BGR24;
    bgr_->width = width;
    bgr_->height = height;
    // As OpenCV: some of the scaler's fast paths leave columns out of a tighter row.
    constexpr int kAlignment = 32;
    if (av_frame_get_buffer(bgr_.get(), kAlignment) < 0) throw std::bad_alloc();
  }
  const int code =
      sws_scale(scaler_.get(), frame.data, frame.linesize, 0, height, bgr_->data, bgr_->linesize);
  if (code < 0) throw std::runtime_error("a frame cannot be converted: " + FfmpegErrorText(code));
  return {frame.height, frame.width, CV_8UC3, bgr_->data[0],
          static_cast<size_t>(bgr_->linesize[0])};
}

FrameView FrameConverter::Convert(const AVFrame& frame, CodedSize coded,
                                  AVRational sample_aspect_ratio) {
  // As OpenCV, the size that the codec works with: with an odd height another of the scaler's paths
  // would take the frame, which rounds otherwise.
  int width = std::max(coded.width, frame.width);
  int height = std::max(coded.height, frame.height);
  if (!HoldsPicture(frame, width, height)) {
    width = frame.width;
    height = frame.height;
    if (!HoldsPicture(frame, width, height)) throw std::runtime_error("a frame is incomplete");
  }
  cv::Mat picture = Scale(frame, width, height);
  const cv::Size stretched =
      ShownSize(frame.width, frame.height, Orientation(), pixel_aspect_, sample_aspect_ratio);
  if (stretched != picture.size()) {
    cv::resize(picture, stretched_, stretched, 0, 0, cv::INTER_LINEAR);
    picture = stretched_;
  }
  if (orientation_.rotation != 0) {
    constexpr std::array<int, 3> kTurns = {cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180,
                                           cv::ROTATE_90_COUNTERCLOCKWISE};
    cv::rotate(picture, turned_, kTurns.at(orientation_.rotation / 90 - 1));
    picture = turned_;
  }
  if (orientation_.mirrored) {
    // In place where it was turned; a conversion's own buffer is written anew each time as well.
    cv::flip(picture, picture, 1);
  }
  return {picture.data, picture.cols, picture.rows, picture.step[0], ChannelOrder::kBgr};
}

FrameView FrameConverter::Convert(AVFrame& frame, CodedSize coded, const Demuxer& demuxer) {
  try {
    return Convert(frame, coded, demuxer.PixelAspect(&frame));
  } catch (const std::exception& error) {
    demuxer.Fail(error.what());
  }
}

}  // namespace movinet
