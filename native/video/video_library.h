#pragma once

#include <string>

namespace movinet {

/// Sets OpenCV and FFmpeg up for this process; everything after the first call does nothing. Their
/// messages go silent, as failures are reported by exceptions, unless the user asked for them by
/// OPENCV_LOG_LEVEL, OPENCV_FFMPEG_LOGLEVEL or OPENCV_FFMPEG_DEBUG. OpenCV runs on the calling
/// thread alone: callers work on several files at once instead.
void PrepareVideoLibrary();

/// OpenCV's version, such as "4.6.0".
std::string OpenCvVersion();

}  // namespace movinet
