#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tensorflow/clip_calls.h"

namespace movinet {
namespace {

constexpr size_t kBatch = 2;
constexpr size_t kPixels = kBatch * 5 * 4;
constexpr size_t kInputs = 8;

std::shared_ptr<Tensor> Count(int32_t value) {
  auto tensor = Tensor::Allocate(TF_INT32, {1});
  *static_cast<int32_t*>(tensor->data()) = value;
  return tensor;
}

std::vector<float> ValuesOf(const Tensor& tensor) {
  const auto* data = static_cast<const float*>(tensor.data());
  return {data, data + tensor.element_count()};
}

/// Frames `first` … of all pixels [pixel][frames][kInputs].
std::vector<float> FramesOf(const std::vector<float>& values, size_t frames, size_t first,
                            size_t count) {
  std::vector<float> piece;
  for (size_t pixel = 0; pixel < kPixels; ++pixel) {
    const auto begin =
        values.begin() + static_cast<std::ptrdiff_t>((pixel * frames + first) * kInputs);
    piece.insert(piece.end(), begin, begin + static_cast<std::ptrdiff_t>(count * kInputs));
  }
  return piece;
}

/// As of a stream that has seen nothing.
Call StreamCall() {
  Call call = BottleneckCall();
  call.frames = {TensorOf({2, 2, 3, 2, 24}, Zeros({2, 2, 3, 2, 24}))};
  call.sums = {TensorOf({2, 1, 1, 1, 24}, Zeros({2, 1, 1, 1, 24}))};
  call.seen = {Count(0)};
  return call;
}

TEST(ClipStreamTest, GoesOnFromWhatEarlierFramesLeft) {
  const Call whole = StreamCall();
  const std::vector<std::shared_ptr<Tensor>> at_once = whole.RunAll();
  ASSERT_EQ(at_once.size(), 3U);
  const std::vector<float> expected = ValuesOf(*at_once[0]);
  // A stream that begins sees what a clip shows.
  EXPECT_EQ(ValuesOf(*BottleneckCall().Run()), expected);

  const std::vector<float> positions = ValuesOf(*whole.positions[0]);
  Call first = StreamCall();
  first.shape[3] = 1;
  first.values = FramesOf(whole.values, 3, 0, 1);
  first.positions = {TensorOf({1, 48}, {positions.begin(), positions.begin() + 48})};
  const auto left = first.RunAll();
  Call rest = StreamCall();
  rest.shape[3] = 2;
  rest.values = FramesOf(whole.values, 3, 1, 2);
  rest.positions = {TensorOf({2, 48}, {positions.begin() + 48, positions.end()})};
  rest.frames = {left[1]};
  rest.sums = {left[2]};
  rest.seen = {Count(1)};
  const auto end = rest.RunAll();
  // 16 outputs of 2 × 3 × 2 pixels, the last two of three frames.
  std::vector<float> last;
  for (size_t pixel = 0; pixel < kBatch * 3 * 2; ++pixel) {
    const auto begin = expected.begin() + static_cast<std::ptrdiff_t>((pixel * 3 + 1) * 16);
    last.insert(last.end(), begin, begin + 32);
  }
  EXPECT_LE(kernels::WorstError(ValuesOf(*end[0]), last), 1e-6);
  EXPECT_LE(kernels::WorstError(ValuesOf(*end[1]), ValuesOf(*at_once[1])), 1e-6);
  EXPECT_LE(kernels::WorstError(ValuesOf(*end[2]), ValuesOf(*at_once[2])), 1e-6);
  // What was fed is as it was.
  EXPECT_EQ(ValuesOf(*whole.frames[0]), Zeros({2, 2, 3, 2, 24}));
}

TEST(ClipStreamTest, RefusesAStateOfOtherClips) {
  const auto frames = [](const Shape& shape) {
    return Fault{[=](Call& call) { call.frames = {TensorOf(shape, Zeros(shape))}; },
                 "A stream's state is of other clips than these"};
  };
  const auto sums = [](const Shape& shape) {
    return Fault{[=](Call& call) { call.sums = {TensorOf(shape, Zeros(shape))}; },
                 "A stream's state is of other clips than these"};
  };
  ExpectErrors(StreamCall(), {frames({1, 2, 3, 2, 24}),
                              frames({2, 1, 3, 2, 24}),
                              frames({2, 2, 3, 3, 24}),
                              frames({2, 2, 3, 2, 16}),
                              frames({288}),
                              sums({1, 1, 1, 1, 24}),
                              sums({2, 24}),
                              {[](Call& call) { call.seen = {Tensor::Allocate(TF_INT32, {2})}; },
                               "The frames so far are one number"},
                              {[](Call& call) { call.frames.push_back(call.frames[0]); },
                               "a kernel of several frames has one buffer of them"},
                              {[](Call& call) {
                                 call.sums.push_back(call.sums[0]);
                                 call.seen.push_back(call.seen[0]);
                               },
                               "a squeeze of all frames so far has one sum of them"},
                              {[](Call& call) { call.attributes["causal"] = false; },
                               "Only a causal, split bottleneck has a state"}});
}

}  // namespace
}  // namespace movinet
