#include "kernels/head.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "kernels/head_checks.h"

namespace movinet::kernels {
namespace {

std::vector<float> Compute(const Head& head, const HeadSpec& spec, const ClipShape& shape,
                           size_t batch, const std::vector<float>& clips, size_t threads,
                           Guard guard) {
  GuardedFloats input(clips, guard);
  GuardedFloats output(batch * shape.frames * spec.outputs, guard);
  head.Run(shape, batch, input.data(), output.data(), threads);
  return output.values();
}

TEST(HeadTest, AgreesForEverySize) {
  reference::Numbers numbers;
  for (const ClipShape& size :
       {ClipShape{1, 1, 1, 0}, ClipShape{1, 3, 2, 0}, ClipShape{5, 1, 3, 0}, ClipShape{2, 3, 5, 0},
        ClipShape{7, 7, 8, 0}, ClipShape{3, 3, 9, 0}, ClipShape{30, 40, 1, 0}}) {
    for (const Activation activation :
         {Activation::kRelu6, Activation::kSwish, Activation::kHardSwish}) {
      for (const size_t panels : {1, 3, 7, 23}) {
        ClipShape shape = size;
        shape.channels = (24 - panels) * kChannelStep;
        const HeadSpec spec = MakeSpec(numbers, shape.channels, panels * kChannelStep, activation);
        SCOPED_TRACE(testing::Message()
                     << shape.height << " x " << shape.width << " x " << shape.frames << ", "
                     << spec.outputs << " outputs, activation " << static_cast<int>(activation));
        if (shape.height * shape.row_pixels() * spec.inputs * spec.outputs > 4000000) continue;
        const std::vector<float> clips = RandomClips(numbers, shape, 2);
        const std::vector<double> expected = Expected(spec, shape, 2, clips);
        ForEachTarget([&] {
          const std::unique_ptr<Head> head = MakeHead(spec);
          for (const Guard guard : {Guard::kBehind, Guard::kInFront}) {
            EXPECT_LE(WorstError(Compute(*head, spec, shape, 2, clips, 1, guard), expected),
                      kTolerance);
          }
        });
      }
    }
  }
}

TEST(HeadTest, GivesTheSameForAnyNumberOfThreads) {
  reference::Numbers numbers;
  const ClipShape shape{4, 5, 3, 3 * kChannelStep};
  const HeadSpec spec = MakeSpec(numbers, shape.channels, 7 * kChannelStep, Activation::kHardSwish);
  ForEachTarget([&] {
    const std::unique_ptr<Head> head = MakeHead(spec);
    for (size_t batch = 1; batch <= 5; ++batch) {
      const std::vector<float> clips = RandomClips(numbers, shape, batch);
      const std::vector<float> alone = Compute(*head, spec, shape, batch, clips, 1, Guard::kBehind);
      for (size_t threads = 2; threads <= 4; ++threads)
        EXPECT_TRUE(Compute(*head, spec, shape, batch, clips, threads, Guard::kInFront) == alone);
    }
  });
}

}  // namespace
}  // namespace movinet::kernels
