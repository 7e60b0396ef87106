// Decoding, indexing and seeking by codec. The videos are made here, of the same moving pattern; a
// codec without an encoder on this machine is left out.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bench/bench_videos.h"
#include "bench/encoded_videos.h"
#include "bench/reporting.h"
#include "video/frame_seeker.h"
#include "video/video_index.h"

namespace movinet {
namespace {

const std::atomic<bool> never{false};

/// A video of the codec, written when it is first asked for.
const std::string& VideoOf(const Codec& codec) {
  static const BenchFolder folder;
  static std::map<std::string, std::string> videos;
  std::string& known = videos[codec.name];
  if (known.empty()) {
    const std::string path = folder.File(std::string(codec.name) + codec.extension);
    WriteEncoded(codec, path);
    known = path;
  }
  return known;
}

/// Opening the video, then all of its frames decoded and converted to 8-bit BGR.
void DecodeAll(benchmark::State& state, const Codec& codec) {
  const std::string& path = VideoOf(codec);
  int64_t frames = 0;
  for (auto _ : state) {
    const auto reader = Open(path);
    for (; reader->Grab(); ++frames) benchmark::DoNotOptimize(reader->Retrieve().data);
  }
  SetRate(state, "frames/s", frames);
}

void Index(benchmark::State& state, const Codec& codec) {
  const std::string& path = VideoOf(codec);
  for (auto _ : state) benchmark::DoNotOptimize(IndexVideo(path, ReadingOptions(), never));
}

/// The last frame before a key frame, in the middle of the video: the farthest from where decoding
/// begins.
void SeekFrame(benchmark::State& state, const Codec& codec) {
  const std::string& path = VideoOf(codec);
  const FrameTable table = IndexVideo(path, ReadingOptions(), never).frames;
  const std::vector<int64_t> wanted = {kEncodedFrames / 2 - 1};
  for (auto _ : state) {
    const auto seeker = FrameSeeker::Open(path, ReadingOptions(), table, wanted, never);
    while (seeker->Next()) benchmark::DoNotOptimize(seeker->Retrieve().data);
  }
}

void Register(const char* name, void (*run)(benchmark::State&, const Codec&), const Codec& codec) {
  benchmark::RegisterBenchmark(
      (std::string("BM_") + name + "/" + codec.name).c_str(),
      [run, &codec](benchmark::State& state) { RunOrSkip(state, [&] { run(state, codec); }); })
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace movinet

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  for (const movinet::Codec& codec : movinet::BenchCodecs()) {
    movinet::Register("DecodeCodec", movinet::DecodeAll, codec);
    movinet::Register("IndexCodec", movinet::Index, codec);
    movinet::Register("SeekCodec", movinet::SeekFrame, codec);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::ClearRegisteredBenchmarks();
  return 0;
}
