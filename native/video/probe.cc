#include "video/probe.h"

#include <atomic>
#include <exception>
#include <utility>

namespace movinet {
namespace {

ProbeResult ProbeVideo(const std::string& path) {
  ProbeResult result;
  try {
    VideoReader reader = VideoReader::OpenFile(path);
    reader.Grab();
    const FrameView frame = reader.Retrieve();
    result.info = reader.info();
    result.info.width = frame.width;
    result.info.height = frame.height;
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  return result;
}

}  // namespace

void ProbeVideos(JobPool& pool, std::vector<std::string> paths, JobPool::Done<ProbeResult> done) {
  const size_t count = paths.size();
  pool.Run<ProbeResult>(
      count,
      [paths = std::move(paths)](size_t index, const std::atomic<bool>&) {
        return ProbeVideo(paths[index]);
      },
      std::move(done));
}

}  // namespace movinet
