#pragma once

#include <cstdint>
#include <string>

#include "media/decoder.h"
#include "media/handles.h"
#include "media/orientation.h"

namespace movinet {

/// A file that holds one picture, decoded. What it is, its first bytes say, whatever its name:
/// JPEG, PNG, BMP, WebP, TIFF, or one of the Netpbm formats. No container is opened and no other
/// file is read.
class PictureFile {
 public:
  /// Throws std::runtime_error that says what is wrong: for what is no regular file, so that
  /// nothing waits for a pipe, and for pictures of more than `max_pixels`.
  PictureFile(const std::string& path, int64_t max_pixels);

  const AVFrame& frame() const noexcept { return *frame_; }
  AVCodecID codec() const noexcept { return decoder_.codec(); }
  CodedSize coded_size() const noexcept { return decoder_.coded_size(); }
  Orientation orientation() const { return OrientationOfFrame(*frame_); }

 private:
  PictureFile(const AVPacket& bytes, int64_t max_pixels);

  // One for each picture: some decoders remember things of the one before.
  Decoder decoder_;
  Frame frame_ = NewFrame();
};

}  // namespace movinet
