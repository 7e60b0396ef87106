#pragma once

#include <string>
#include <vector>

#include "common/job_pool.h"
#include "video/video_reader.h"

namespace movinet {

/// The outcome for one file: `error` is empty where it opened and its first frame was decoded.
struct ProbeResult {
  VideoInfo info;
  std::string error;
};

/// Opens each file and decodes its first frame; width and height are those of that frame. `done` is
/// called as JobPool::Run says.
void ProbeVideos(JobPool& pool, std::vector<std::string> paths, JobPool::Done<ProbeResult> done);

}  // namespace movinet
