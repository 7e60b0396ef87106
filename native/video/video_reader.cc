#include "video/video_reader.h"

#include <utility>

#include "media/video_error.h"
#include "video/camera_reader.h"
#include "video/media_reader.h"

namespace movinet {

std::unique_ptr<VideoReader> VideoReader::Open(const std::string& source,
                                               const ReadingOptions& options,
                                               const std::atomic<bool>& aborted) {
  if (IsCamera(source)) return std::make_unique<CameraReader>(source);
  constexpr const char* kFileScheme = "file://";
  const bool is_file_address = source.rfind(kFileScheme, 0) == 0;
  return std::make_unique<MediaReader>(
      is_file_address ? source.substr(std::char_traits<char>::length(kFileScheme)) : source,
      options, aborted);
}

void VideoReader::Fail(const std::string& reason) const {
  throw VideoError("Cannot read the video " + source_ + ": " + reason, source_);
}

bool VideoReader::GrabFirst() {
  first_frame_waits_ = GrabNext(first_);
  return first_frame_waits_;
}

bool VideoReader::Grab() {
  if (first_frame_waits_) {
    first_frame_waits_ = false;
    position_ = first_;
    position_.frame = 0;
    return true;
  }
  ReadPosition next = position_;
  const bool grabbed = GrabNext(next);
  if (grabbed) {
    next.frame = position_.frame + 1;
    position_ = next;
  } else {
    position_.damaged_packets = next.damaged_packets;
  }
  return grabbed;
}

}  // namespace movinet
