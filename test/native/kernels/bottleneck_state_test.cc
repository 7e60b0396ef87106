#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>

#include "kernels/bottleneck.h"
#include "kernels/bottleneck_checks.h"

namespace movinet::kernels {
namespace {

/// Frames `first` … of every clip of a batch.
std::vector<float> Piece(const Clips& clips, size_t first, size_t frames) {
  const size_t channels = clips.shape.channels;
  const size_t pixels = clips.batch * clips.shape.height * clips.shape.width;
  std::vector<float> piece;
  for (size_t pixel = 0; pixel < pixels; ++pixel) {
    const auto begin = clips.values.begin() +
                       static_cast<std::ptrdiff_t>((pixel * clips.shape.frames + first) * channels);
    piece.insert(piece.end(), begin, begin + static_cast<std::ptrdiff_t>(frames * channels));
  }
  return piece;
}

/// Where a piece of a result lies in the whole of it.
void Place(const std::vector<float>& piece, const ClipShape& whole, size_t batch, size_t first,
           size_t frames, std::vector<float>& values) {
  const size_t pixels = batch * whole.height * whole.width;
  for (size_t pixel = 0; pixel < pixels; ++pixel) {
    std::copy_n(piece.data() + pixel * frames * whole.channels, frames * whole.channels,
                values.data() + (pixel * whole.frames + first) * whole.channels);
  }
}

/// A video in pieces of 1, 2, 3, 1, … frames.
std::vector<float> RunInPieces(const Bottleneck& bottleneck, const BottleneckSpec& spec,
                               const Clips& clips, size_t threads, Guard guard) {
  const ClipShape out = spec.OutputShape(clips.shape);
  const size_t kept = spec.kernel_frames - 1;
  GuardedFloats frames(
      std::vector<float>(clips.batch * 2 * kept * out.height * out.width * spec.expanded), guard);
  size_t oldest = 0;
  std::vector<float> sums(clips.batch * spec.expanded);
  std::vector<float> values(clips.batch * out.size());
  size_t take = 1;
  for (size_t first = 0; first < clips.shape.frames; first += take, take = take % 3 + 1) {
    take = std::min(take, clips.shape.frames - first);
    Clips piece = clips;
    piece.shape.frames = take;
    GuardedFloats input(Piece(clips, first, take), guard);
    GuardedFloats output(clips.batch * spec.OutputShape(piece.shape).size(), guard);
    GuardedFloats read_sums(sums, guard);
    GuardedFloats next_sums(sums.size(), guard);
    const BottleneckState state{kept > 0 ? frames.data() : nullptr, oldest, read_sums.data(),
                                next_sums.data(), static_cast<int64_t>(first)};
    const float* positions =
        clips.positions.empty() ? nullptr : clips.positions.data() + first * spec.squeezed();
    const auto run = [&] {
      bottleneck.Run(piece.shape, clips.batch, input.data(), output.data(),
                     {positions, &state, nullptr}, threads);
      return output.values();
    };
    const std::vector<float> result = run();
    // As if the first had come to nothing.
    EXPECT_TRUE(run() == result);
    EXPECT_TRUE(read_sums.values() == sums);
    Place(result, out, clips.batch, first, take, values);
    if (kept > 0) oldest = (oldest + std::min(kept, take)) % (2 * kept);
    if (spec.squeeze == Squeeze::kPastAndFrame) sums = next_sums.values();
  }
  return values;
}

BottleneckSpec CausalSpec(size_t kernel_frames, Squeeze squeeze) {
  BottleneckSpec spec;
  spec.inputs = spec.outputs = kChannelStep;
  spec.expanded = 5 * kChannelStep;
  spec.kernel_frames = kernel_frames;
  spec.causal = true;
  spec.split = true;
  spec.squeeze = squeeze;
  spec.activation = Activation::kHardSwish;
  spec.gate = Gate::kHardSigmoid;
  return spec;
}

TEST(BottleneckTest, GoesOnFromPieceToPiece) {
  reference::Numbers numbers;
  for (const size_t kernel_frames : {1, 3, 5}) {
    for (const Squeeze squeeze : {Squeeze::kNone, Squeeze::kFrame, Squeeze::kPastAndFrame}) {
      for (const size_t stride : {1, 2}) {
        SCOPED_TRACE(testing::Message() << kernel_frames << " frames, stride " << stride
                                        << ", squeeze " << static_cast<int>(squeeze));
        BottleneckSpec spec = CausalSpec(kernel_frames, squeeze);
        spec.stride = stride;
        spec.pool = stride == 2;
        numbers.Fill(spec, stride == 2);
        const Clips clips =
            MakeClips(numbers, spec, {3, 4, 13, 0}, 2, squeeze == Squeeze::kPastAndFrame);
        const std::vector<double> expected = Expected(spec, clips);
        ForEachTarget([&] {
          const std::unique_ptr<Bottleneck> bottleneck = MakeBottleneck(spec);
          const std::vector<float> pieces =
              RunInPieces(*bottleneck, spec, clips, 1, Guard::kBehind);
          EXPECT_LE(WorstError(pieces, expected), kTolerance);
          EXPECT_LE(WorstError(pieces, Compute(*bottleneck, spec, clips, 1, Guard::kBehind)), 1e-6);
          EXPECT_LE(WorstError(RunInPieces(*bottleneck, spec, clips, 3, Guard::kInFront), pieces),
                    1e-6);
        });
      }
    }
  }
}

/// A run that ends in the middle of a video leaves what the reference does.
TEST(BottleneckTest, KeepsTheLastFramesAndTheSums) {
  reference::Numbers numbers;
  BottleneckSpec spec = CausalSpec(5, Squeeze::kPast);
  numbers.Fill(spec, false);
  const Clips clips = MakeClips(numbers, spec, {2, 3, 7, 0}, 1, false);
  const ClipShape kept{2, 3, 4, spec.expanded};
  reference::State expected{reference::Clip(kept), std::vector<double>(spec.expanded)};
  RunBottleneck(spec, ClipOf(clips.values, clips.shape, 0), {}, &expected);
  ForEachTarget([&] {
    const std::vector<float> none(spec.expanded);
    std::vector<float> ring(2 * kept.size());
    std::vector<float> sums(spec.expanded);
    // Behind three slots, so that it goes around.
    const BottleneckState state{ring.data(), 3, none.data(), sums.data(), 0};
    std::vector<float> output(clips.values.size());
    MakeBottleneck(spec)->Run(clips.shape, 1, clips.values.data(), output.data(),
                              {nullptr, &state, nullptr}, 1);
    EXPECT_LE(WorstError(sums, expected.sums), kTolerance);
    // Frame by frame, as the reference's are pixel by pixel.
    std::vector<double> in_order;
    for (size_t i = 0; i < kept.frames; ++i) {
      for (size_t pixel = 0; pixel < kept.height * kept.width; ++pixel) {
        for (size_t c = 0; c < kept.channels; ++c)
          in_order.push_back(expected.frames.at(pixel / kept.width, pixel % kept.width, i, c));
      }
    }
    std::vector<float> frames;
    const size_t frame_floats = kept.size() / kept.frames;
    for (const size_t slot : {7, 0, 1, 2}) {
      const auto begin = ring.begin() + static_cast<std::ptrdiff_t>(slot * frame_floats);
      frames.insert(frames.end(), begin, begin + static_cast<std::ptrdiff_t>(frame_floats));
    }
    EXPECT_LE(WorstError(frames, in_order), kTolerance);
  });
}

TEST(BottleneckTest, RefusesAStateThatItCannotHave) {
  reference::Numbers numbers;
  std::vector<float> memory(4096);
  for (const bool split : {false, true}) {
    BottleneckSpec spec = CausalSpec(3, Squeeze::kNone);
    spec.split = split;
    spec.causal = !split;
    numbers.Fill(spec, false);
    const BottleneckState state{memory.data() + 2048, 0, nullptr, nullptr, 0};
    EXPECT_THROW(MakeBottleneck(spec)->Run({1, 1, 1, spec.inputs}, 1, memory.data(),
                                           memory.data() + 1024, {nullptr, &state, nullptr}, 1),
                 std::invalid_argument);
  }
}

}  // namespace
}  // namespace movinet::kernels
