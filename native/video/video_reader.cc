#include "video/video_reader.h"

#include <utility>

#include "media/video_error.h"
#include "video/camera_reader.h"
#include "video/containers/media_reader.h"
#include "video/pictures/picture_folder.h"
#include "video/pictures/picture_reader.h"

namespace movinet {

std::unique_ptr<VideoReader> VideoReader::Open(const std::string& source,
                                               const ReadingOptions& options,
                                               const std::atomic<bool>& aborted) {
  if (IsCamera(source)) return std::make_unique<CameraReader>(source);
  constexpr const char* kFileScheme = "file://";
  const bool is_file_address = source.rfind(kFileScheme, 0) == 0;
  const std::string path =
      is_file_address ? source.substr(std::char_traits<char>::length(kFileScheme)) : source;
  if (IsFolder(path)) return std::make_unique<PictureReader>(path, options, aborted);
  return std::make_unique<MediaReader>(path, options, aborted);
}

void VideoReader::Fail(const std::string& reason) const {
  throw VideoError("Cannot read the video " + source_ + ": " + reason, source_);
}

const ReadPosition* VideoReader::Peek() {
  if (ahead_) return &*ahead_;
  ReadPosition next = position_;
  if (!DecodeAhead(next)) {
    position_.damaged_packets = next.damaged_packets;
    return nullptr;
  }
  next.frame = position_.frame + 1;
  ahead_ = next;
  return &*ahead_;
}

bool VideoReader::Grab() {
  if (Peek() == nullptr) return false;
  MoveOn();
  position_ = *ahead_;
  ahead_.reset();
  return true;
}

}  // namespace movinet
