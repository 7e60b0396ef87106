#include "video/pictures/picture_reader.h"

#include <utility>

namespace movinet {

PictureReader::PictureReader(const std::string& path, const ReadingOptions& options,
                             const std::atomic<bool>& aborted)
    : VideoReader(path),
      folder_(path, options, aborted),
      converter_(Orientation(), options.pixel_aspect) {
  if (Peek() == nullptr) folder_.FailToDecode();
  const cv::Size shown = folder_.SizeOf(*ahead_);
  info_.width = shown.width;
  info_.height = shown.height;
  info_.frame_count = folder_.picture_count();
  info_.fps = options.picture_rate;
}

bool PictureReader::DecodeAhead(ReadPosition& position) {
  ahead_ = folder_.DecodeNext(next_, damaged_);
  position.damaged_packets = damaged_;
  if (!ahead_) return false;
  position.seconds = folder_.TimeOf(next_);
  ++next_;
  return true;
}

void PictureReader::MoveOn() { current_ = std::exchange(ahead_, std::nullopt); }

FrameView PictureReader::Retrieve() { return folder_.Show(*current_, converter_); }

}  // namespace movinet
