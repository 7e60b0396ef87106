#pragma once

#include <cstdint>
#include <string>

namespace movinet {

/// Whether a video file just written holds all of its `frame_count` frames: OpenCV's writers do not
/// say when the disk refused a part. An AVI file is checked by its chunk sizes and frame count, any
/// other by decoding it.
bool IsCompleteVideoFile(const std::string& path, int64_t frame_count);

}  // namespace movinet
