#include "video/frame_seeker.h"

#include <utility>

#include "video/containers/media_seeker.h"
#include "video/pictures/picture_folder.h"
#include "video/pictures/picture_seeker.h"

namespace movinet {

std::unique_ptr<FrameSeeker> FrameSeeker::Open(const std::string& path,
                                               const ReadingOptions& options, FrameTable table,
                                               std::vector<int64_t> wanted,
                                               const std::atomic<bool>& aborted) {
  if (IsFolder(path)) {
    return std::make_unique<PictureSeeker>(path, options, std::move(table), std::move(wanted),
                                           aborted);
  }
  return std::make_unique<MediaSeeker>(path, options, std::move(table), std::move(wanted), aborted);
}

}  // namespace movinet
