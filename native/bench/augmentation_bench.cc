// What it costs to crop, mirror and colour the frames of a clip while they are resized, and to mix
// the clips of a batch.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench_videos.h"
#include "bench/reporting.h"
#include "clips/clip_decoder.h"
#include "clips/resize_with_pad.h"
#include "video/video_index.h"

namespace movinet {
namespace {

constexpr int kSize = 224;
constexpr int64_t kFrames = 8;
constexpr int64_t kStep = 15;
constexpr int64_t kBatch = 8;

/// 0: none, 1: a crop and a flip, 2: a colour, 3: all three.
FrameTransform TransformOf(int64_t kind) {
  FrameTransform transform;
  if ((kind & 1) != 0) {
    transform.crop = {0.1, 0.15, 0.8, 0.8};
    transform.flip = true;
  }
  if ((kind & 2) != 0) {
    transform.colour = {1.1f, 0.1f, 0, -0.05f, 0, 0.9f, 0.1f, 0.05f, 0.05f, 0, 1.2f, -0.1f};
  }
  return transform;
}

ClipBatch MakeBatch(int64_t slots) {
  const auto values = std::make_shared<std::vector<float>>(
      static_cast<size_t>(slots * kFrames * kSize * kSize * 3), 0.25f);
  return {std::shared_ptr<void>(values, values->data()), PixelType::kFloat32, slots, kFrames,
          kSize};
}

/// Waits for the end of the job that `start(done)` starts.
template <typename Result, typename Start>
void Await(Start start) {
  std::promise<void> ended;
  start([&ended](const std::vector<Result>& /*results*/, const std::exception_ptr& error) {
    if (error) {
      ended.set_exception(error);
    } else {
      ended.set_value();
    }
  });
  ended.get_future().get();
}

/// One frame of 8-bit BGR, 320x240, to float32 RGB of 224².
void BM_ResizeTransformed(benchmark::State& state) {
  constexpr int kWidth = 320;
  constexpr int kHeight = 240;
  const std::vector<uint8_t> frame = MovingPattern(kWidth, kHeight, 0);
  std::vector<float> output(static_cast<size_t>(kSize) * kSize * 3);
  ResizeWithPad resize(kSize, TransformOf(state.range(0)));
  for (auto _ : state) {
    resize.Apply({frame.data(), kWidth, kHeight, size_t{kWidth} * 3, ChannelOrder::kBgr},
                 output.data());
    benchmark::ClobberMemory();
  }
  SetRate(state, "frames/s", state.iterations());
}
BENCHMARK(BM_ResizeTransformed)
    ->ArgName("transform")
    ->DenseRange(0, 3)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

/// A whole clip from opening to float32 frames of 224², from the middle of its video.
void BM_DecodeClipTransformed(benchmark::State& state) {
  const Videos& videos = Videos::Get();
  const std::atomic<bool> never{false};
  std::vector<ClipRequest> requests;
  for (size_t i = 0; i < videos.count(); ++i) {
    const FrameTable frames = IndexVideo(videos.file(i), ReadingOptions(), never).frames;
    const int64_t last = std::max<int64_t>(frames.frame_count() - 1 - (kFrames - 1) * kStep, 0);
    ClipRequest request{videos.file(i), {}, 0, PackTable(frames), TransformOf(state.range(0))};
    for (int64_t k = 0; k < kFrames; ++k) request.frames.push_back(last / 2 + k * kStep);
    requests.push_back(std::move(request));
  }
  const ClipBatch batch = MakeBatch(1);
  ClipDecoder decoder(1);
  size_t index = 0;
  for (auto _ : state) {
    Await<ClipResult>([&](ClipDecoder::Done done) {
      decoder.Decode({requests[index++ % requests.size()]}, batch, std::move(done));
    });
  }
  SetRate(state, "clips/s", state.iterations());
  state.SetLabel(videos.label());
}
BENCHMARK(BM_DecodeClipTransformed)
    ->ArgName("transform")
    ->DenseRange(0, 3)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// Eight clips of 8 frames of 224², four pairs: by weights (box 0), or by boxes of half the width
/// and height (box 1).
void BM_MixClips(benchmark::State& state) {
  const ClipBatch clips = MakeBatch(kBatch);
  std::vector<ClipMix> mixes;
  for (int64_t slot = 0; slot < kBatch; slot += 2) {
    ClipMix mix;
    mix.first = slot;
    mix.second = slot + 1;
    if (state.range(0) == 0) {
      mix.weight = 0.7f;
    } else {
      mix.box = {kSize / 4, kSize / 4, kSize / 2, kSize / 2};
    }
    mixes.push_back(mix);
  }
  ClipDecoder decoder(static_cast<int>(state.range(1)));
  for (auto _ : state) {
    Await<MixedClips>(
        [&](JobPool::Done<MixedClips> done) { decoder.Mix(mixes, clips, std::move(done)); });
  }
  SetRate(state, "clips/s", state.iterations() * kBatch);
}
BENCHMARK(BM_MixClips)
    ->ArgNames({"box", "threads"})
    ->ArgsProduct({{0, 1}, {1, 2}})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace movinet
