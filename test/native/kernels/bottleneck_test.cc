#include "kernels/bottleneck.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>
#include <string>
#include <utility>

#include "kernels/bottleneck_checks.h"

namespace movinet::kernels {
namespace {

// Panels of one to five vectors, some ending with half a one.
constexpr size_t kChannelCounts[] = {kChannelStep,     3 * kChannelStep,  5 * kChannelStep,
                                     9 * kChannelStep, 10 * kChannelStep, 23 * kChannelStep};
constexpr Squeeze kSqueezes[] = {Squeeze::kNone, Squeeze::kClip,         Squeeze::kFrame,
                                 Squeeze::kPast, Squeeze::kPastAndFrame, Squeeze::kClipAndFrame};
constexpr Gate kGates[] = {Gate::kSigmoid, Gate::kHardSigmoid, Gate::kKerasHardSigmoid};
constexpr Activation kActivations[] = {Activation::kRelu6, Activation::kSwish,
                                       Activation::kHardSwish};

/// Draws what a test does not go through one by one, the same each time.
class Draw {
 public:
  template <class Value, size_t kCount>
  const Value& Of(const Value (&values)[kCount]) {
    return values[engine_() % kCount];
  }
  bool Flag() { return engine_() % 2 == 1; }
  size_t UpTo(size_t most) { return 1 + engine_() % most; }

 private:
  std::mt19937 engine_{11};
};

/// All drawn but the kernel, which is 3 × 3 over space. No weights yet.
BottleneckSpec DrawSpec(Draw& draw) {
  BottleneckSpec spec;
  spec.inputs = draw.Of(kChannelCounts);
  spec.outputs = draw.Flag() ? spec.inputs : draw.Of(kChannelCounts);
  spec.expanded = draw.Of(kChannelCounts);
  spec.squeeze = draw.Of(kSqueezes);
  spec.gate = draw.Of(kGates);
  spec.activation = draw.Of(kActivations);
  return spec;
}

/// Fills in what a kernel with this stride and these channels needs at least.
void Complete(BottleneckSpec& spec, Draw& draw, reference::Numbers& numbers) {
  const bool projected = spec.stride == 2 || spec.inputs != spec.outputs || draw.Flag();
  spec.pool = spec.stride == 2;
  numbers.Fill(spec, projected);
}

// Stochastic depth: what it drops is scaled by 0, what it keeps by more than 1.
TEST(BottleneckTest, AgreesWhereClipsAreScaled) {
  Draw draw;
  reference::Numbers numbers;
  for (const Squeeze squeeze : {Squeeze::kNone, Squeeze::kClip, Squeeze::kPast}) {
    for (const size_t stride : {1, 2}) {
      for (const bool split : {false, true}) {
        BottleneckSpec spec = DrawSpec(draw);
        spec.squeeze = squeeze;
        spec.kernel_frames = 3;
        spec.stride = stride;
        spec.split = split;
        Complete(spec, draw, numbers);
        for (const size_t batch : {1, 3, 4}) {
          Clips clips = MakeClips(numbers, spec, {9, 6, 5, 0}, batch, false);
          clips.scales = {1.25F, 0.0F, 1.0F, 1.25F};
          clips.scales.resize(batch);
          ExpectAgreement(spec, clips);
        }
      }
    }
  }
}

TEST(BottleneckTest, AgreesForEveryKernel) {
  Draw draw;
  reference::Numbers numbers;
  for (const size_t frames : {1, 3, 5}) {
    for (const size_t size : {3, 5}) {
      for (const size_t stride : {1, 2}) {
        for (const int kind : {0, 1, 2, 3}) {
          BottleneckSpec spec = DrawSpec(draw);
          spec.kernel_frames = frames;
          spec.kernel_size = size;
          spec.stride = stride;
          spec.causal = kind % 2 == 1;
          spec.split = kind >= 2;
          Complete(spec, draw, numbers);
          const ClipShape size = draw.Of(kSizes);
          // Two of the largest are many enough.
          const size_t batch = draw.UpTo(size.height * size.row_pixels() > 300 ? 2 : 5);
          const bool with_positions = draw.Flag();
          ExpectAgreement(spec, MakeClips(numbers, spec, size, batch, with_positions));
        }
      }
    }
  }
}

TEST(BottleneckTest, AgreesForTheSmallestAndTheLargestKernel) {
  Draw draw;
  reference::Numbers numbers;
  for (const size_t size : {1, 7}) {
    for (const size_t stride : {1, 2}) {
      BottleneckSpec spec = DrawSpec(draw);
      spec.kernel_size = size;
      spec.stride = stride;
      Complete(spec, draw, numbers);
      for (const ClipShape& clip : {ClipShape{1, 1, 3, 0}, ClipShape{7, 8, 2, 0}})
        ExpectAgreement(spec, MakeClips(numbers, spec, clip, 2, false));
    }
  }
}

TEST(BottleneckTest, AgreesForEverySqueezeGateAndActivation) {
  Draw draw;
  reference::Numbers numbers;
  for (const Squeeze squeeze : kSqueezes) {
    for (const Gate gate : kGates) {
      for (const Activation activation : kActivations) {
        if (squeeze == Squeeze::kNone && gate != Gate::kSigmoid) continue;
        BottleneckSpec spec = DrawSpec(draw);
        spec.kernel_frames = 3;
        spec.causal = draw.Flag();
        spec.squeeze = squeeze;
        spec.gate = gate;
        spec.activation = activation;
        Complete(spec, draw, numbers);
        const ClipShape size{3, 4, draw.UpTo(9), 0};
        const size_t batch = draw.UpTo(3);
        const bool with_positions = draw.Flag();
        ExpectAgreement(spec, MakeClips(numbers, spec, size, batch, with_positions));
      }
    }
  }
}

TEST(BottleneckTest, AddsPositionsToEveryKindOfSqueeze) {
  Draw draw;
  reference::Numbers numbers;
  for (const Squeeze squeeze : kSqueezes) {
    if (squeeze == Squeeze::kNone) continue;
    BottleneckSpec spec = DrawSpec(draw);
    spec.squeeze = squeeze;
    Complete(spec, draw, numbers);
    ExpectAgreement(spec, MakeClips(numbers, spec, {3, 3, 4, 0}, 2, true));
  }
}

TEST(BottleneckTest, AgreesForEveryWayAroundAndSize) {
  Draw draw;
  reference::Numbers numbers;
  for (const ClipShape& size : kSizes) {
    for (const int way : {0, 1, 2, 3}) {
      BottleneckSpec spec = DrawSpec(draw);
      spec.kernel_frames = 3;
      spec.expanded = 3 * kChannelStep;
      if (way == 0) spec.outputs = spec.inputs;
      spec.stride = way == 3 ? 2 : 1;
      spec.pool = way == 3;
      spec.split = way == 2;
      spec.causal = way == 2;
      numbers.Fill(spec, way != 0);
      ExpectAgreement(spec, MakeClips(numbers, spec, size, 1, false));
    }
  }
}

/// Parts of a clip are rows, and nothing of a row depends on which part it is in, but for the sums
/// of a squeeze-excitation.
TEST(BottleneckTest, GivesTheSameForAnyNumberOfThreads) {
  reference::Numbers numbers;
  for (const Squeeze squeeze : {Squeeze::kNone, Squeeze::kPastAndFrame}) {
    BottleneckSpec spec;
    spec.inputs = spec.outputs = kChannelStep;
    spec.expanded = 3 * kChannelStep;
    spec.kernel_frames = 3;
    spec.squeeze = squeeze;
    numbers.Fill(spec, false);
    ForEachTarget([&] {
      const std::unique_ptr<Bottleneck> bottleneck = MakeBottleneck(spec);
      // Rows of a part each, and rows that are computed several together.
      for (const ClipShape& size : {ClipShape{9, 17, 4, 0}, ClipShape{40, 5, 3, 0}}) {
        for (size_t batch = 1; batch <= 5; ++batch) {
          const Clips clips = MakeClips(numbers, spec, size, batch, false);
          const std::vector<float> alone = Compute(*bottleneck, spec, clips, 1, Guard::kBehind);
          for (size_t threads = 2; threads <= 4; ++threads) {
            SCOPED_TRACE(testing::Message() << batch << " clips, " << threads << " threads");
            const std::vector<float> shared =
                Compute(*bottleneck, spec, clips, threads, Guard::kBehind);
            if (squeeze == Squeeze::kNone) {
              EXPECT_TRUE(shared == alone);
            } else {
              EXPECT_LE(WorstError(shared, alone), 1e-6);
              EXPECT_TRUE(shared == Compute(*bottleneck, spec, clips, threads, Guard::kInFront));
            }
          }
        }
      }
    });
  }
}

TEST(BottleneckTest, TakesFloatsOfAnyAlignment) {
  Draw draw;
  reference::Numbers numbers;
  BottleneckSpec spec = DrawSpec(draw);
  spec.squeeze = Squeeze::kFrame;
  spec.stride = 2;
  Complete(spec, draw, numbers);
  const Clips clips = MakeClips(numbers, spec, {5, 6, 2, 0}, 2, true);
  ForEachTarget([&] {
    const std::unique_ptr<Bottleneck> bottleneck = MakeBottleneck(spec);
    const std::vector<float> aligned = Compute(*bottleneck, spec, clips, 1, Guard::kInFront);
    const auto shifted = [](std::vector<float> values) {
      values.insert(values.begin(), 0.0F);
      return values;
    };
    const std::vector<float> input = shifted(clips.values);
    const std::vector<float> positions = shifted(clips.positions);
    std::vector<float> output(aligned.size() + 1);
    bottleneck->Run(clips.shape, clips.batch, input.data() + 1, output.data() + 1,
                    {positions.data() + 1, nullptr, nullptr}, 1);
    EXPECT_TRUE(output == shifted(aligned));
  });
}

}  // namespace
}  // namespace movinet::kernels
