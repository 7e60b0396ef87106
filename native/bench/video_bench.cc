// Decoding, resizing and writing videos. The label says which videos.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "bench/bench_videos.h"
#include "bench/reporting.h"
#include "clips/clip_decoder.h"
#include "clips/resize_with_pad.h"
#include "video/video_index.h"
#include "video/video_writer.h"

namespace movinet {
namespace {

constexpr int kSize = 224;
constexpr int64_t kFrames = 8;
constexpr int64_t kStep = 15;
constexpr int64_t kBatch = 8;
constexpr int64_t kFrameValues = int64_t{kSize} * kSize * 3;

ClipRequest ClipOf(const std::string& path, int64_t start, int64_t slot,
                   const std::string& table = "") {
  ClipRequest request{path, {}, slot, table};
  for (int64_t i = 0; i < kFrames; ++i) request.frames.push_back(start + i * kStep);
  return request;
}

std::vector<ClipResult> DecodeClips(ClipDecoder& decoder, std::vector<ClipRequest> requests,
                                    const ClipBatch& batch) {
  std::promise<std::vector<ClipResult>> decoded;
  decoder.Decode(std::move(requests), batch,
                 [&decoded](std::vector<ClipResult> results, const std::exception_ptr&) {
                   decoded.set_value(std::move(results));
                 });
  return decoded.get_future().get();
}

/// Opening a file, which decodes its first frame.
void BM_OpenVideo(benchmark::State& state) {
  const Videos& videos = Videos::Get();
  size_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(Open(videos.file(index++)));
  state.SetLabel(videos.label());
}
BENCHMARK(BM_OpenVideo)->UseRealTime()->Unit(benchmark::kMillisecond);

/// One frame passed over (convert 0), or decoded and converted to 8-bit BGR (convert 1).
void BM_DecodeFrame(benchmark::State& state) {
  const Videos& videos = Videos::Get();
  size_t index = 0;
  auto reader = Open(videos.file(index++));
  for (auto _ : state) {
    while (!reader->Grab()) {
      state.PauseTiming();
      reader = Open(videos.file(index++));
      state.ResumeTiming();
    }
    if (state.range(0) != 0) benchmark::DoNotOptimize(reader->Retrieve().data);
  }
  SetRate(state, "frames/s", state.iterations());
  state.SetLabel(videos.label());
}
BENCHMARK(BM_DecodeFrame)
    ->ArgName("convert")
    ->Arg(0)
    ->Arg(1)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

/// A whole clip from opening to float32 frames of 224²: from the first frame (where 0), the middle
/// (1), or anywhere (2).
void BM_DecodeClip(benchmark::State& state) {
  const Videos& videos = Videos::Get();
  const std::atomic<bool> never{false};
  std::vector<std::string> tables;
  std::vector<int64_t> lengths;
  for (size_t i = 0; i < videos.count(); ++i) {
    const FrameTable frames = IndexVideo(videos.file(i), ReadingOptions(), never).frames;
    tables.push_back(PackTable(frames));
    lengths.push_back(frames.frame_count());
  }
  const auto values = std::make_shared<std::vector<float>>(kFrames * kFrameValues);
  const ClipBatch batch = {std::shared_ptr<void>(values, values->data()), PixelType::kFloat32, 1,
                           kFrames, kSize};
  ClipDecoder decoder(1);
  std::mt19937 random(7);
  size_t index = 0;
  for (auto _ : state) {
    const size_t video = index++ % videos.count();
    const int64_t last = std::max<int64_t>(lengths[video] - 1 - (kFrames - 1) * kStep, 0);
    const int64_t anywhere = static_cast<int64_t>(random() % static_cast<unsigned>(last + 1));
    const int64_t start = state.range(0) == 0 ? 0 : state.range(0) == 1 ? last / 2 : anywhere;
    benchmark::DoNotOptimize(
        DecodeClips(decoder, {ClipOf(videos.file(video), start, 0, tables[video])}, batch));
  }
  SetRate(state, "clips/s", state.iterations());
  state.SetLabel(videos.label());
}
BENCHMARK(BM_DecodeClip)
    ->ArgName("where")
    ->DenseRange(0, 2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// One frame of 8-bit BGR to float32 RGB of size².
void BM_ResizeWithPad(benchmark::State& state) {
  const int width = static_cast<int>(state.range(0));
  const int height = static_cast<int>(state.range(1));
  const int size = static_cast<int>(state.range(2));
  const std::vector<uint8_t> frame = MovingPattern(width, height, 0);
  std::vector<float> output(static_cast<size_t>(size) * static_cast<size_t>(size) * 3);
  ResizeWithPad resize(size);
  for (auto _ : state) {
    resize.Apply({frame.data(), width, height, static_cast<size_t>(width) * 3, ChannelOrder::kBgr},
                 output.data());
    benchmark::ClobberMemory();
  }
  SetRate(state, "frames/s", state.iterations());
}
BENCHMARK(BM_ResizeWithPad)
    ->ArgNames({"width", "height", "size"})
    ->Args({320, 240, 224})
    ->Args({1280, 720, 224})
    ->Args({128, 128, 64})
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

/// A batch of eight clips, as a training step consumes it.
void BM_AssembleBatch(benchmark::State& state) {
  const Videos& videos = Videos::Get();
  const auto values =
      std::make_shared<std::vector<float>>(static_cast<size_t>(kBatch * kFrames * kFrameValues));
  const ClipBatch batch = {std::shared_ptr<void>(values, values->data()), PixelType::kFloat32,
                           kBatch, kFrames, kSize};
  ClipDecoder decoder(static_cast<int>(state.range(0)));
  size_t index = 0;
  for (auto _ : state) {
    std::vector<ClipRequest> requests;
    for (int64_t slot = 0; slot < kBatch; ++slot) {
      requests.push_back(ClipOf(videos.file(index++), 0, slot));
    }
    benchmark::DoNotOptimize(DecodeClips(decoder, std::move(requests), batch));
  }
  SetRate(state, "clips/s", state.iterations() * kBatch);
  state.SetLabel(videos.label());
}
BENCHMARK(BM_AssembleBatch)
    ->ArgName("threads")
    ->DenseRange(1, static_cast<int>(std::max(1u, std::thread::hardware_concurrency())))
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// Thirty frames to a file that is checked and closed.
void BM_WriteVideo(benchmark::State& state) {
  const int size = static_cast<int>(state.range(0));
  constexpr int kVideoFrames = 30;
  std::vector<std::vector<uint8_t>> frames;
  for (int frame = 0; frame < kVideoFrames; ++frame) {
    frames.push_back(MovingPattern(size, size, frame));
  }
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("movinet-bench-" + std::to_string(getpid()) + ".avi"))
                               .string();
  for (auto _ : state) {
    VideoWriter writer(path, {size, size, 25, "MJPG"});
    for (const auto& rgb : frames) writer.Write(rgb.data(), rgb.size());
    writer.Close();
  }
  std::filesystem::remove(path);
  SetRate(state, "frames/s", state.iterations() * kVideoFrames);
}
BENCHMARK(BM_WriteVideo)
    ->ArgName("size")
    ->Arg(64)
    ->Arg(224)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace movinet
