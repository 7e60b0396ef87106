#pragma once

#include <atomic>
#include <string>

#include "video/video_index.h"

namespace movinet {

/// The index of a folder of pictures: by their names and the first one that decodes, or by decoding
/// all of them. Throws VideoError and ReadingAborted.
VideoIndex IndexPictures(const std::string& path, const ReadingOptions& options,
                         const std::atomic<bool>& aborted, Indexing indexing);

}  // namespace movinet
