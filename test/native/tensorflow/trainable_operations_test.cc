#include "tensorflow/operations/trainable_operations.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kernels/gradients/bottleneck_gradient.h"
#include "tensorflow/clip_calls.h"

namespace movinet {
namespace {

using kernels::reference::Numbers;

/// An operation whose weights are inputs.
struct TrainableCall {
  std::string type;
  std::map<std::string, AttributeValue> attributes;
  /// One tensor each, then lists.
  TensorList single;
  std::vector<TensorList> lists;
  size_t outputs;

  TensorList Run() const {
    const auto graph = std::make_shared<Graph>();
    RunPlan plan{graph, {}, {}, {}};
    TensorList feeds;
    OperationSpec spec{
        "MovinetNative>" + type, "y", "", {}, {}, {attributes.begin(), attributes.end()}};
    const auto feed = [&](const std::shared_ptr<Tensor>& tensor) {
      const std::string name = "input" + std::to_string(feeds.size());
      plan.feeds.push_back(
          {graph->AddOperation(
               {"Placeholder", name, "", {}, {}, {{"dtype", TF_FLOAT}, {"shape", PartialShape()}}}),
           0});
      feeds.push_back(tensor);
      return plan.feeds.back();
    };
    for (const auto& tensor : single) spec.inputs.push_back({false, {feed(tensor)}});
    for (const TensorList& list : lists) {
      std::vector<TF_Output> fed;
      for (const auto& tensor : list) fed.push_back(feed(tensor));
      spec.inputs.push_back({true, fed});
    }
    TF_Operation* operation = graph->AddOperation(spec);
    for (size_t i = 0; i < outputs; ++i) plan.fetches.push_back({operation, static_cast<int>(i)});
    return Session::Create(graph, {})->Run(plan, feeds).tensors;
  }
};

using TrainableFault = FaultOf<TrainableCall>;

constexpr kernels::Weights kernels::BottleneckSpec::* kLayers[] = {
    &kernels::BottleneckSpec::expansion, &kernels::BottleneckSpec::depthwise,
    &kernels::BottleneckSpec::temporal,  &kernels::BottleneckSpec::reduce,
    &kernels::BottleneckSpec::expand,    &kernels::BottleneckSpec::projection,
    &kernels::BottleneckSpec::skip};

Shape ClipsShape() { return {2, 5, 4, 3, 8}; }
Shape ResultShape() { return {2, 3, 2, 3, 16}; }

std::shared_ptr<Tensor> Filled(Numbers& numbers, const Shape& shape) {
  return TensorOf(shape, numbers.Uniform(Zeros(shape).size(), -1.0F, 1.0F));
}

/// The bottleneck of BottleneckCall(), learning; `gradient`: the operation of its gradient.
TrainableCall LearningBottleneck(bool gradient) {
  Numbers numbers;
  const kernels::BottleneckSpec spec = BottleneckSpecOf(numbers);
  TensorList weights;
  for (const auto layer : kLayers) {
    const kernels::Weights& of = spec.*layer;
    weights.push_back(TensorOf({static_cast<int64_t>(of.filter.size())}, of.filter));
    weights.push_back(TensorOf({static_cast<int64_t>(of.bias.size())}, of.bias));
  }
  TrainableCall call{"TrainableClipBottleneck",
                     {{"inputs", int64_t{8}},
                      {"kernel_frames", int64_t{3}},
                      {"kernel_size", int64_t{3}},
                      {"stride", int64_t{2}},
                      {"causal", true},
                      {"split", true},
                      {"pool", true},
                      {"projected", true},
                      {"squeeze", std::string("past_and_frame")},
                      {"gate", std::string("hard_sigmoid")},
                      {"activation", std::string("hard_swish")},
                      {"position_rows", int64_t{1}},
                      {"scale_rows", int64_t{1}},
                      {"parts", int64_t{14}}},
                     {Filled(numbers, ClipsShape())},
                     {{Filled(numbers, {3, 48})}, {TensorOf({2}, {1.5F, 0.0F})}, weights},
                     1};
  if (!gradient) return call;
  call.type += "Grad";
  call.attributes["input_gradients"] = int64_t{1};
  call.single.push_back(Filled(numbers, ResultShape()));
  call.outputs = 16;
  return call;
}

TrainableCall LearningStem(bool gradient) {
  Numbers numbers;
  TrainableCall call{"TrainableClipStem",
                     {{"inputs", int64_t{3}},
                      {"kernel_size", int64_t{3}},
                      {"stride", int64_t{2}},
                      {"activation", std::string("swish")}},
                     {Filled(numbers, {2, 4, 5, 7, 3})},
                     {},
                     1};
  if (gradient) {
    call.type += "Grad";
    call.outputs = 2;
    call.single.push_back(Filled(numbers, {2, 3, 4, 4, 8}));
  }
  call.single.push_back(Filled(numbers, {3, 3, 3, 8}));
  call.single.push_back(Filled(numbers, {8}));
  return call;
}

TrainableCall LearningHead(bool gradient) {
  Numbers numbers;
  TrainableCall call{"TrainableClipHead",
                     {{"inputs", int64_t{8}}, {"activation", std::string("relu6")}},
                     {Filled(numbers, {2, 3, 2, 4, 8})},
                     {},
                     1};
  if (gradient) {
    call.type += "Grad";
    call.attributes["input_gradients"] = int64_t{1};
    call.outputs = 3;
    call.single.push_back(Filled(numbers, {2, 4, 16}));
  }
  call.single.push_back(Filled(numbers, {1, 1, 1, 8, 16}));
  call.single.push_back(Filled(numbers, {16}));
  return call;
}

std::vector<float> ValuesOf(const Tensor& tensor) {
  const auto* values = static_cast<const float*>(tensor.data());
  return {values, values + tensor.element_count()};
}

TEST(TrainableOperationsTest, ABottleneckComputesWhatTheFrozenOneDoes) {
  const TrainableCall call = LearningBottleneck(false);
  const auto result = call.Run().at(0);
  EXPECT_EQ(result->shape(), ResultShape());
  Numbers numbers;
  const kernels::BottleneckSpec spec = BottleneckSpecOf(numbers);
  const std::vector<float> clips = ValuesOf(*call.single[0]);
  std::vector<double> expected;
  for (size_t clip = 0; clip < 2; ++clip) {
    const auto out = kernels::reference::RunBottleneck(
        spec, kernels::ClipOf(clips, {5, 4, 3, 8}, clip), ValuesOf(*call.lists[0][0]), nullptr,
        ValuesOf(*call.lists[1][0])[clip]);
    expected.insert(expected.end(), out.values.begin(), out.values.end());
  }
  EXPECT_LE(kernels::WorstError(ValuesOf(*result), expected), kernels::kTolerance);
}

TEST(TrainableOperationsTest, GradientsHaveTheShapesOfWhatTheyAreOf) {
  const TrainableCall bottleneck = LearningBottleneck(true);
  const TensorList gradients = bottleneck.Run();
  EXPECT_EQ(gradients.at(0)->shape(), ClipsShape());
  EXPECT_EQ(gradients.at(1)->shape(), (Shape{3, 48}));
  for (size_t i = 0; i < 14; ++i)
    EXPECT_EQ(gradients.at(2 + i)->shape(), bottleneck.lists[2][i]->shape()) << i;
  const TensorList of_stem = LearningStem(true).Run();
  EXPECT_EQ(of_stem.at(0)->shape(), (Shape{3, 3, 3, 8}));
  EXPECT_EQ(of_stem.at(1)->shape(), (Shape{8}));
  const TensorList of_head = LearningHead(true).Run();
  EXPECT_EQ(of_head.at(0)->shape(), (Shape{2, 3, 2, 4, 8}));
  EXPECT_EQ(of_head.at(1)->shape(), (Shape{1, 1, 1, 8, 16}));
  EXPECT_EQ(of_head.at(2)->shape(), (Shape{16}));
}

TEST(TrainableOperationsTest, WithoutTheInputsGradientTheOthersAreTheSame) {
  for (TrainableCall call : {LearningBottleneck(true), LearningHead(true)}) {
    const TensorList all = call.Run();
    call.attributes["input_gradients"] = int64_t{0};
    --call.outputs;
    const TensorList rest = call.Run();
    for (size_t i = 0; i < rest.size(); ++i)
      EXPECT_EQ(ValuesOf(*rest[i]), ValuesOf(*all[i + 1])) << call.type << " " << i;
  }
}

TEST(TrainableOperationsTest, RefuseWhatDoesNotFit) {
  const auto attribute = [](const std::string& name, const AttributeValue& value,
                            const std::string& words) {
    return TrainableFault{[=](TrainableCall& call) { call.attributes[name] = value; }, words};
  };
  const auto single = [](size_t index, const Shape& shape, const std::string& words) {
    return TrainableFault{
        [=](TrainableCall& call) { call.single[index] = TensorOf(shape, Zeros(shape)); }, words};
  };
  const auto list = [](size_t index, size_t at, const Shape& shape, const std::string& words) {
    return TrainableFault{
        [=](TrainableCall& call) { call.lists[index][at] = TensorOf(shape, Zeros(shape)); }, words};
  };
  for (const bool gradient : {false, true}) {
    SCOPED_TRACE(gradient);
    std::vector<TrainableFault> faults = {
        attribute("projected", false, "each layer has a filter and a bias"),
        attribute("squeeze", std::string("none"), "each layer has a filter and a bias"),
        attribute("kernel_frames", int64_t{1}, "each layer has a filter and a bias"),
        attribute("stride", int64_t{3}, "the stride is 1 or 2"),
        attribute("gate", std::string("relu"), "no gate is called \"relu\""),
        single(0, {2, 5, 4, 3, 16}, "takes five dimensions above 0"),
        single(0, {0, 5, 4, 3, 8}, "takes five dimensions above 0"),
        list(0, 0, {2, 48}, "Positions are one row for each frame"),
        list(1, 0, {3}, "Scales are one for each clip"),
        list(2, 0, {8}, "the expansion's weights have another size"),
        list(2, 1, {0}, "channels come in multiples of 8"),
        {[](TrainableCall& call) {
           call.lists[1].push_back(call.lists[1][0]);
           call.attributes["scale_rows"] = int64_t{2};
         },
         "positions and scales are one tensor each"},
    };
    if (gradient) {
      faults.push_back(single(1, {2, 3, 2, 3, 8}, "of another shape than the result"));
      faults.push_back(attribute("input_gradients", int64_t{2}, "one gradient of the input"));
    }
    ExpectErrors(LearningBottleneck(gradient), faults);
    const size_t weights = gradient ? 2 : 1;
    ExpectErrors(LearningStem(gradient),
                 {single(0, {2, 4, 0, 7, 3}, "takes five dimensions above 0"),
                  single(weights, {3}, "the weights have another size"),
                  single(weights + 1, {7}, "channels come in multiples of 8")});
    ExpectErrors(LearningHead(gradient),
                 {single(0, {2, 3, 2, 4, 16}, "takes five dimensions above 0"),
                  single(weights, {3}, "the weights have another size")});
  }
  ExpectErrors(LearningStem(true), {single(1, {2, 3, 4, 4, 16}, "of another shape")});
  ExpectErrors(LearningHead(true),
               {single(1, {2, 4, 8}, "of another shape"),
                attribute("input_gradients", int64_t{2}, "one gradient of the input")});
}

}  // namespace
}  // namespace movinet
