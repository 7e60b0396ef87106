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

std::shared_ptr<Tensor> Counts(const std::vector<int32_t>& values) {
  auto tensor = Tensor::Allocate(TF_INT32, {static_cast<int64_t>(values.size())});
  std::copy(values.begin(), values.end(), static_cast<int32_t*>(tensor->data()));
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
  call.attributes["ring"] = int64_t{1};
  call.frames = {TensorOf({2, 4, 3, 2, 24}, Zeros({2, 4, 3, 2, 24}))};
  call.begins = {Counts({0, 3})};
  call.sums = {TensorOf({2, 1, 1, 1, 24}, Zeros({2, 1, 1, 1, 24}))};
  call.seen = {Counts({0})};
  return call;
}

TEST(ClipStreamTest, GoesOnFromWhatEarlierFramesLeft) {
  const Call whole = StreamCall();
  const std::vector<std::shared_ptr<Tensor>> at_once = whole.RunAll();
  ASSERT_EQ(at_once.size(), 2U);
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
  rest.frames = first.frames;
  rest.sums = {left[1]};
  rest.seen = {Counts({1})};
  // One frame came behind the two that began with the last slot.
  rest.begins = {Counts({2, 0})};
  const auto end = rest.RunAll();
  // 16 outputs of 2 × 3 × 2 pixels, the last two of three frames.
  std::vector<float> last;
  for (size_t pixel = 0; pixel < kBatch * 3 * 2; ++pixel) {
    const auto begin = expected.begin() + static_cast<std::ptrdiff_t>((pixel * 3 + 1) * 16);
    last.insert(last.end(), begin, begin + 32);
  }
  EXPECT_LE(kernels::WorstError(ValuesOf(*end[0]), last), 1e-6);
  EXPECT_LE(kernels::WorstError(ValuesOf(*end[1]), ValuesOf(*at_once[1])), 1e-6);
  // A run that comes to nothing is no step.
  EXPECT_EQ(ValuesOf(*whole.Run()), expected);
}

TEST(ClipStreamTest, RefusesAStateOfOtherClips) {
  const auto frames = [](const Shape& shape) {
    return Fault{[=](Call& call) { call.frames = {TensorOf(shape, Zeros(shape))}; },
                 "A stream's state is of other clips than these"};
  };
  const auto begins = [](const std::vector<int32_t>& values) {
    return Fault{[=](Call& call) { call.begins = {Counts(values)}; },
                 "A stream's ring begins with one of its slots"};
  };
  const auto sums = [](const Shape& shape) {
    return Fault{[=](Call& call) { call.sums = {TensorOf(shape, Zeros(shape))}; },
                 "A stream's state is of other clips than these"};
  };
  ExpectErrors(StreamCall(), {frames({1, 4, 3, 2, 24}),
                              frames({2, 2, 3, 2, 24}),
                              frames({2, 4, 3, 3, 24}),
                              frames({2, 4, 3, 2, 16}),
                              frames({576}),
                              begins({0}),
                              begins({0, -1}),
                              begins({0, 4}),
                              sums({1, 1, 1, 1, 24}),
                              sums({2, 24}),
                              {[](Call& call) { call.seen = {Counts({0, 0})}; },
                               "The frames so far are one number"},
                              {[](Call& call) {
                                 call.frames.push_back(call.frames[0]);
                                 call.begins.push_back(call.begins[0]);
                               },
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
