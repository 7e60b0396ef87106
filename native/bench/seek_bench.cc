// What a clip costs by where it starts in a long video, and an index by the video's length.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bench/bench_videos.h"
#include "video/frame_seeker.h"
#include "video/video_index.h"

namespace movinet {
namespace {

constexpr int kFrames = 8;
constexpr int kStep = 15;

const std::atomic<bool> never{false};

/// A video of so many frames, 160x120, a key frame every twelve of them.
const std::string& VideoOf(int64_t frames) {
  static const BenchFolder folder;
  static std::map<int64_t, std::string> videos;
  std::string& path = videos[frames];
  if (path.empty()) {
    path = folder.File(std::to_string(frames) + ".mp4");
    WritePattern(path, 160, 120, static_cast<int>(frames), 0, "mp4v");
  }
  return path;
}

/// A clip that starts at that share, in hundredths, of a video of five minutes.
void BM_ClipOfLongVideo(benchmark::State& state) {
  constexpr int64_t kLength = 7500;
  const std::string& path = VideoOf(kLength);
  const FrameTable table = IndexVideo(path, ReadingOptions(), never).frames;
  const int64_t start = (kLength - 1 - (kFrames - 1) * kStep) * state.range(0) / 100;
  std::vector<int64_t> wanted;
  for (int i = 0; i < kFrames; ++i) wanted.push_back(start + i * kStep);
  for (auto _ : state) {
    const auto seeker = FrameSeeker::Open(path, ReadingOptions(), table, wanted, never);
    while (seeker->Next()) benchmark::DoNotOptimize(seeker->Retrieve().data);
  }
}
BENCHMARK(BM_ClipOfLongVideo)
    ->ArgName("percent")
    ->Arg(0)
    ->Arg(50)
    ->Arg(100)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BM_IndexVideo(benchmark::State& state) {
  const std::string& path = VideoOf(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(IndexVideo(path, ReadingOptions(), never));
}
BENCHMARK(BM_IndexVideo)
    ->ArgName("frames")
    ->Arg(750)
    ->Arg(7500)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace movinet
