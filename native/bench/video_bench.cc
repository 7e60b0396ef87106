// Decoding, resizing and writing videos. The videos are UCF101 clips from MOVINET_ASSETS (default:
// ../shared beside the repository), or, where they are absent, generated ones; the benchmark's
// label says which.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "bench/rate.h"
#include "video/clip_decoder.h"
#include "video/clip_reader.h"
#include "video/resize_with_pad.h"
#include "video/video_reader.h"
#include "video/video_writer.h"

namespace movinet {
namespace {

constexpr int kSize = 224;
constexpr int64_t kFrames = 8;
constexpr int64_t kStep = 15;
constexpr int64_t kBatch = 8;
constexpr int64_t kFrameValues = int64_t{kSize} * kSize * 3;

std::vector<uint8_t> MovingPattern(int width, int height, int frame) {
  std::vector<uint8_t> rgb;
  rgb.reserve(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      rgb.push_back(static_cast<uint8_t>(x + 3 * frame));
      rgb.push_back(static_cast<uint8_t>(y + 5 * frame));
      rgb.push_back(static_cast<uint8_t>((x * y / 64) + frame));
    }
  }
  return rgb;
}

/// The videos that every benchmark reads; generated ones are gone at exit.
class Videos {
 public:
  static const Videos& Get() {
    static const Videos videos;
    return videos;
  }
  ~Videos() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  Videos(const Videos&) = delete;
  Videos& operator=(const Videos&) = delete;

  const std::string& file(size_t index) const { return files_[index % files_.size()]; }
  const char* label() const { return folder_.empty() ? "UCF101" : "generated"; }

 private:
  Videos() {
    const char* variable = std::getenv("MOVINET_ASSETS");
    const std::filesystem::path assets =
        variable != nullptr ? std::filesystem::path(variable)
                            : std::filesystem::path(__FILE__).parent_path() / "../../../shared";
    if (std::filesystem::is_directory(assets / "videos/ucf101")) {
      FindUcfClips(assets / "videos/ucf101");
    }
    if (files_.empty()) Generate();
  }

  /// Sixteen clips spread over the classes.
  void FindUcfClips(const std::filesystem::path& folder) {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".avi") all.push_back(entry.path().string());
    }
    std::sort(all.begin(), all.end());
    const size_t every = std::max<size_t>(1, all.size() / 16);
    for (size_t i = 0; i < all.size(); i += every) files_.push_back(all[i]);
  }

  void Generate() {
    std::string name = (std::filesystem::temp_directory_path() / "movinet-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("Cannot make " + name);
    folder_ = name;
    for (int video = 0; video < 8; ++video) {
      files_.push_back((folder_ / (std::to_string(video) + ".avi")).string());
      VideoWriter writer(files_.back(), {320, 240, 25, "MJPG"});
      for (int frame = 0; frame < 120; ++frame) {
        const std::vector<uint8_t> rgb = MovingPattern(320, 240, frame + video * 11);
        writer.Write(rgb.data(), rgb.size());
      }
      writer.Close();
    }
  }

  std::filesystem::path folder_;
  std::vector<std::string> files_;
};

/// Opening a file, which decodes its first frame.
void BM_OpenVideo(benchmark::State& state) {
  const Videos& videos = Videos::Get();
  size_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(VideoReader::OpenFile(videos.file(index++)));
  state.SetLabel(videos.label());
}
BENCHMARK(BM_OpenVideo)->UseRealTime()->Unit(benchmark::kMillisecond);

/// One frame passed over (convert 0), or decoded and converted to 8-bit BGR (convert 1).
void BM_DecodeFrame(benchmark::State& state) {
  const Videos& videos = Videos::Get();
  size_t index = 0;
  VideoReader reader = VideoReader::OpenFile(videos.file(index++));
  for (auto _ : state) {
    while (!reader.Grab()) {
      state.PauseTiming();
      reader = VideoReader::OpenFile(videos.file(index++));
      state.ResumeTiming();
    }
    if (state.range(0) != 0) benchmark::DoNotOptimize(reader.Retrieve().data);
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

/// A whole clip from opening to float32 frames of 224².
void BM_DecodeClip(benchmark::State& state) {
  const Videos& videos = Videos::Get();
  const std::atomic<bool> go_on{false};
  std::vector<float> clip(static_cast<size_t>(kFrames * kFrameValues));
  const ClipBatch batch = {std::shared_ptr<void>(std::shared_ptr<void>(), clip.data()),
                           PixelType::kFloat32, 1, kFrames, kSize};
  ClipSlot slot(batch, 0);
  size_t index = 0;
  for (auto _ : state) {
    ClipReader reader(VideoReader::OpenFile(videos.file(index++)), 0);
    ResizeWithPad resize(kSize);
    benchmark::DoNotOptimize(reader.Read(kFrames, kStep, resize, slot, go_on));
  }
  SetRate(state, "clips/s", state.iterations());
  state.SetLabel(videos.label());
}
BENCHMARK(BM_DecodeClip)->UseRealTime()->Unit(benchmark::kMillisecond);

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
      requests.push_back({videos.file(index++), 0, kStep, kFrames, slot});
    }
    std::promise<std::vector<ClipResult>> decoded;
    decoder.Decode(std::move(requests), batch,
                   [&decoded](std::vector<ClipResult> results, const std::exception_ptr&) {
                     decoded.set_value(std::move(results));
                   });
    benchmark::DoNotOptimize(decoded.get_future().get());
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
