#include "kernels/stem.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "kernels/stem_checks.h"

namespace movinet::kernels {
namespace {

std::vector<float> Compute(const Stem& stem, const StemSpec& spec, const ClipShape& shape,
                           size_t batch, const std::vector<float>& clips, size_t threads,
                           Guard guard) {
  GuardedFloats input(clips, guard);
  GuardedFloats output(batch * spec.OutputShape(shape).size(), guard);
  stem.Run(shape, batch, input.data(), output.data(), threads);
  return output.values();
}

constexpr ClipShape kShapes[] = {{1, 1, 1, 3}, {1, 5, 2, 3},  {7, 1, 3, 3},  {2, 2, 5, 3},
                                 {9, 8, 2, 3}, {35, 6, 1, 3}, {6, 61, 2, 3}, {5, 131, 2, 3}};

TEST(StemTest, AgreesForEveryKernelAndSize) {
  reference::Numbers numbers;
  size_t number = 0;
  for (const size_t kernel_size : {1, 2, 3, 5, 7}) {
    for (const size_t stride : {1, 2}) {
      for (const ClipShape& shape : kShapes) {
        constexpr Activation kActivations[] = {Activation::kRelu6, Activation::kSwish,
                                               Activation::kHardSwish};
        constexpr size_t kOutputs[] = {kChannelStep, 3 * kChannelStep, 7 * kChannelStep};
        const size_t batch = 1 + number % 2;
        const StemSpec spec = MakeSpec(numbers, kernel_size, stride, kOutputs[number / 3 % 3],
                                       kActivations[number % 3]);
        ++number;
        SCOPED_TRACE(testing::Message()
                     << kernel_size << " x " << kernel_size << ", stride " << stride << ", "
                     << shape.height << " x " << shape.width << " x " << shape.frames);
        const std::vector<float> clips = RandomClips(numbers, shape, batch);
        const std::vector<double> expected = Expected(spec, shape, batch, clips);
        ForEachTarget([&] {
          const std::unique_ptr<Stem> stem = MakeStem(spec);
          for (const Guard guard : {Guard::kBehind, Guard::kInFront}) {
            EXPECT_LE(WorstError(Compute(*stem, spec, shape, batch, clips, 1, guard), expected),
                      kTolerance);
          }
        });
      }
    }
  }
}

TEST(StemTest, GivesTheSameForAnyNumberOfThreads) {
  reference::Numbers numbers;
  for (const size_t outputs : {kChannelStep, 3 * kChannelStep}) {
    const StemSpec spec = MakeSpec(numbers, 3, 2, outputs, Activation::kSwish);
    const ClipShape shape{37, 10, 2, 3};
    ForEachTarget([&] {
      const std::unique_ptr<Stem> stem = MakeStem(spec);
      for (size_t batch = 1; batch <= 5; ++batch) {
        const std::vector<float> clips = RandomClips(numbers, shape, batch);
        const std::vector<float> alone =
            Compute(*stem, spec, shape, batch, clips, 1, Guard::kBehind);
        for (size_t threads = 2; threads <= 4; ++threads)
          EXPECT_TRUE(Compute(*stem, spec, shape, batch, clips, threads, Guard::kInFront) == alone);
      }
    });
  }
}

}  // namespace
}  // namespace movinet::kernels
