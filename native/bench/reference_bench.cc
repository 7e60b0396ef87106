// Work that never changes, in nobody's library but FFmpeg's own decoder: what other benchmarks of
// the same run are compared with. Each on one thread.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "bench/encoded_videos.h"
#include "bench/reporting.h"
#include "media/handles.h"

namespace movinet {
namespace {

constexpr int kSide = 512;

/// c += a · b, of square matrices, row-major. In blocks of columns that stay in the cache; compiled
/// for each level of vector instructions, so that it grows with the machine as the kernels do.
__attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default"))) void MultiplyAdd(
    const float* a, const float* b, float* c) {
  constexpr int kBlock = 64;
  for (int block = 0; block < kSide; block += kBlock) {
    for (int row = 0; row < kSide; ++row) {
      float sums[kBlock] = {};
      for (int k = 0; k < kSide; ++k) {
        const float factor = a[row * kSide + k];
        const float* const values = b + k * kSide + block;
        for (int column = 0; column < kBlock; ++column) sums[column] += factor * values[column];
      }
      for (int column = 0; column < kBlock; ++column)
        c[row * kSide + block + column] = sums[column];
    }
  }
}

/// A float32 matrix product of 512 x 512 by 512 x 512.
void BM_ReferenceMatrixProduct(benchmark::State& state) {
  const std::vector<float> a(kSide * kSide, 0.5F);
  const std::vector<float> b(kSide * kSide, 0.25F);
  std::vector<float> c(kSide * kSide);
  for (auto _ : state) {
    MultiplyAdd(a.data(), b.data(), c.data());
    benchmark::ClobberMemory();
  }
  SetRate(state, "operations/s", state.iterations() * 2 * kSide * kSide * kSide);
}
BENCHMARK(BM_ReferenceMatrixProduct)->UseRealTime()->Unit(benchmark::kMillisecond);

/// 64 MiB copied, more than caches hold.
void BM_ReferenceCopy(benchmark::State& state) {
  const std::vector<char> from(size_t{64} << 20, 1);
  std::vector<char> to(from.size());
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), from.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(from.size()));
}
BENCHMARK(BM_ReferenceCopy)->UseRealTime()->Unit(benchmark::kMillisecond);

/// One JPEG of 320x240, by FFmpeg's decoder alone.
void DecodeJpeg(benchmark::State& state) {
  std::vector<unsigned char> jpeg = EncodeJpeg(320, 240);
  const int size = static_cast<int>(jpeg.size());
  jpeg.resize(jpeg.size() + AV_INPUT_BUFFER_PADDING_SIZE);
  const CodecContext decoder(avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG)));
  if (decoder == nullptr) throw std::bad_alloc();
  decoder->thread_count = 1;
  if (avcodec_open2(decoder.get(), decoder->codec, nullptr) < 0) {
    throw std::runtime_error("Cannot open the JPEG decoder");
  }
  const Frame frame = NewFrame();
  const Packet packet = NewPacket();
  for (auto _ : state) {
    packet->data = jpeg.data();
    packet->size = size;
    if (avcodec_send_packet(decoder.get(), packet.get()) < 0 ||
        avcodec_receive_frame(decoder.get(), frame.get()) < 0) {
      throw std::runtime_error("Cannot decode a JPEG");
    }
    benchmark::DoNotOptimize(frame->data[0]);
  }
}

void BM_ReferenceDecode(benchmark::State& state) {
  RunOrSkip(state, [&] { DecodeJpeg(state); });
}
BENCHMARK(BM_ReferenceDecode)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace movinet
