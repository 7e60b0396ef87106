#include "tensorflow/operations/clip_operations.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tensorflow/clip_calls.h"

namespace movinet {
namespace {

TEST(ClipOperationsTest, ABottleneckComputesWhatItsAttributesSay) {
  const Call call = BottleneckCall();
  const auto result = call.Run();
  EXPECT_EQ(result->shape(), (Shape{2, 3, 2, 3, 16}));
  kernels::reference::Numbers numbers;
  const kernels::BottleneckSpec spec = BottleneckSpecOf(numbers);
  const auto* positions = static_cast<float*>(call.positions[0]->data());
  std::vector<double> expected;
  for (size_t clip = 0; clip < 2; ++clip) {
    const auto out =
        kernels::reference::RunBottleneck(spec, kernels::ClipOf(call.values, {5, 4, 3, 8}, clip),
                                          {positions, positions + std::size_t{3} * 48});
    expected.insert(expected.end(), out.values.begin(), out.values.end());
  }
  const auto* values = static_cast<float*>(result->data());
  EXPECT_LE(kernels::WorstError({values, values + result->element_count()}, expected),
            kernels::kTolerance);
}

TEST(ClipOperationsTest, StemsAndHeadsTurnTheDimensions) {
  EXPECT_EQ(StemCall().Run()->shape(), (Shape{2, 3, 4, 4, 8}));
  EXPECT_EQ(HeadCall().Run()->shape(), (Shape{2, 4, 16}));
}

Fault Attribute(const std::string& name, const AttributeValue& value, const std::string& words) {
  return {[=](Call& call) { call.attributes[name] = value; }, words};
}

Fault Input(const Shape& shape) {
  return {[=](Call& call) {
            call.shape = shape;
            call.values = Zeros(shape);
          },
          "takes five dimensions above 0"};
}

TEST(ClipOperationsTest, RefuseInputsOfAnotherShape) {
  const std::vector<Fault> eight = {Input({}),
                                    Input({8}),
                                    Input({5, 4, 3, 8}),
                                    Input({1, 2, 5, 4, 3, 8}),
                                    Input({2, 5, 4, 3, 16}),
                                    Input({0, 5, 4, 3, 8}),
                                    Input({2, 0, 4, 3, 8}),
                                    Input({2, 5, 4, 0, 8}),
                                    Input({2, 5, 4, 3, 0})};
  ExpectErrors(BottleneckCall(), eight);
  ExpectErrors(HeadCall(), eight);
  ExpectErrors(StemCall(), {Input({2, 4, 5, 7, 8}), Input({0, 4, 5, 7, 3}), Input({4, 5, 7, 3}),
                            Input({2, 4, 0, 7, 3})});
}

TEST(ClipOperationsTest, ABottleneckRefusesWrongAttributes) {
  const int64_t huge = std::numeric_limits<int64_t>::max();
  const AttributeValue one = TensorList{TensorOf({8}, Zeros({8}))};
  const AttributeValue integers =
      TensorList{Tensor::Allocate(TF_INT32, {192}), Tensor::Allocate(TF_INT32, {24})};
  const AttributeValue empty = TensorList{TensorOf({0}, {}), TensorOf({0}, {})};
  std::vector<Fault> faults = {
      Attribute("expansion", TensorList{}, "channels come in multiples of 8"),
      Attribute("expansion", one, "expansion is no list of a filter and a bias"),
      Attribute("expansion", integers, "expansion is not float32"),
      Attribute("expansion", empty, "channels come in multiples of 8"),
      Attribute("temporal", TensorList{}, "the temporal weights have another size"),
      Attribute("reduce", TensorList{}, "channels come in multiples of 8"),
      Attribute("expand", TensorList{}, "the squeeze-excitation's weights have another size"),
      Attribute("projection", empty, "channels come in multiples of 8"),
      Attribute("skip", TensorList{}, "means are for a stride of 2"),
      Attribute("squeeze", std::string("frames"), "no squeeze is called \"frames\""),
      Attribute("squeeze", std::string(), "no squeeze is called \"\""),
      Attribute("gate", std::string("relu"), "no gate is called \"relu\""),
      Attribute("activation", std::string("gelu"), "gelu"),
      Attribute("threads", int64_t{-1}, "threads"),
      Attribute("kernel_size", int64_t{1} << 30, "a kernel has 1, 3, 5 or 7 rows"),
      Attribute("kernel_frames", int64_t{2}, "a kernel has 1, 3 or 5 frames"),
      Attribute("stride", int64_t{0}, "the stride is 1 or 2"),
      Attribute("inputs", int64_t{1} << 30, "channels come in multiples of 8, up to"),
  };
  for (const char* name : {"inputs", "kernel_frames", "kernel_size", "stride", "threads"})
    faults.push_back(Attribute(name, huge, std::string(name) + " is out of range"));
  for (const char* name : {"inputs", "kernel_frames", "kernel_size", "stride"})
    faults.push_back(Attribute(name, int64_t{-1}, std::string(name) + " is out of range"));
  faults.push_back({[](Call& call) { call.positions = {TensorOf({2, 48}, Zeros({2, 48}))}; },
                    "Positions are one row for each frame"});
  faults.push_back({[](Call& call) { call.positions.push_back(call.positions[0]); },
                    "positions are one tensor"});
  faults.push_back({[](Call& call) { call.attributes.erase("expansion"); }, "expansion"});
  ExpectErrors(BottleneckCall(), faults);
}

TEST(ClipOperationsTest, StemsAndHeadsRefuseWrongAttributes) {
  const AttributeValue one = TensorList{TensorOf({8}, Zeros({8}))};
  const AttributeValue empty_filter = TensorList{TensorOf({0}, {}), TensorOf({8}, Zeros({8}))};
  const std::vector<Fault> both = {
      Attribute("convolution", TensorList{}, "channels come in multiples of 8"),
      Attribute("convolution", one, "convolution is no list of a filter and a bias"),
      Attribute("convolution", empty_filter, "the weights have another size"),
      Attribute("activation", std::string("none"), "none"),
  };
  ExpectErrors(StemCall(), both);
  ExpectErrors(HeadCall(), both);
  // With an empty filter: the size of one that large is 0 in 64 bits.
  ExpectErrors(StemCall(), {{[&](Call& call) {
                               call.attributes["convolution"] = empty_filter;
                               call.attributes["kernel_size"] = int64_t{1} << 30;
                               call.attributes["inputs"] = int64_t{16};
                               call.shape = {1, 1, 1, 1, 16};
                               call.values = Zeros(call.shape);
                             },
                             "a kernel has 1 to 7 rows and columns"},
                            Attribute("stride", int64_t{4}, "the stride is 1 or 2")});
}

/// More threads than anyone has are no error: there are as many as there is work for.
TEST(ClipOperationsTest, TakeAnyNumberOfThreads) {
  for (Call call : {BottleneckCall(), StemCall(), HeadCall()}) {
    const auto alone = call.Run();
    call.attributes["threads"] = int64_t{std::numeric_limits<int32_t>::max()};
    EXPECT_EQ(call.Run()->shape(), alone->shape());
  }
}

}  // namespace
}  // namespace movinet
