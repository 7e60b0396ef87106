#include "video/video_library.h"

#include <cstdlib>
#include <mutex>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

namespace movinet {

void PrepareVideoLibrary() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (std::getenv("OPENCV_LOG_LEVEL") == nullptr) {
      cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    }
    // OpenCV reads this one when it opens its first file, and would show FFmpeg's errors without
    // it. -8: AV_LOG_QUIET.
    if (std::getenv("OPENCV_FFMPEG_DEBUG") == nullptr) setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
    cv::setNumThreads(1);
  });
}

std::string OpenCvVersion() { return cv::getVersionString(); }

}  // namespace movinet
