#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernels/kernel_checks.h"
#include "tensorflow/session.h"

namespace movinet {

using TensorList = std::vector<std::shared_ptr<Tensor>>;
using Shape = std::vector<int64_t>;

inline std::shared_ptr<Tensor> TensorOf(const Shape& shape, const std::vector<float>& values) {
  auto tensor = Tensor::Allocate(TF_FLOAT, shape);
  std::copy(values.begin(), values.end(), static_cast<float*>(tensor->data()));
  return tensor;
}

inline AttributeValue ListOf(const kernels::Weights& weights) {
  return TensorList{TensorOf({static_cast<int64_t>(weights.filter.size())}, weights.filter),
                    TensorOf({static_cast<int64_t>(weights.bias.size())}, weights.bias)};
}

inline std::vector<float> Zeros(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t dimension : shape) count *= dimension;
  return std::vector<float>(static_cast<size_t>(count));
}

/// An operation, and what it is fed.
struct Call {
  std::string type;
  std::map<std::string, AttributeValue> attributes;
  Shape shape;
  std::vector<float> values;
  TensorList positions;
  TensorList frames;
  TensorList begins;
  TensorList sums;
  TensorList seen;

  std::shared_ptr<Tensor> Run() const { return RunAll().at(0); }

  /// Throws whatever TensorFlow says, wherever it does.
  TensorList RunAll() const {
    const auto graph = std::make_shared<Graph>();
    const auto placeholder = [&](const std::string& name, TF_DataType dtype = TF_FLOAT) {
      return TF_Output{
          graph->AddOperation(
              {"Placeholder", name, "", {}, {}, {{"dtype", dtype}, {"shape", PartialShape()}}}),
          0};
    };
    RunPlan plan{graph, {placeholder("x")}, {}, {}};
    TensorList feeds{TensorOf(shape, values)};
    OperationSpec spec{"MovinetNative>" + type, "y", "",
                       {{false, plan.feeds}},   {},  {attributes.begin(), attributes.end()}};
    const auto add_list = [&](const TensorList& tensors) {
      spec.inputs.push_back({true, {}});
      for (const std::shared_ptr<Tensor>& tensor : tensors) {
        const TF_Output input =
            placeholder("input" + std::to_string(feeds.size()), tensor->dtype());
        plan.feeds.push_back(input);
        spec.inputs.back().outputs.push_back(input);
        feeds.push_back(tensor);
      }
    };
    if (type == "ClipBottleneck") {
      for (const TensorList& list : {positions, frames, begins, sums, seen}) add_list(list);
    }
    TF_Operation* operation = graph->AddOperation(spec);
    for (size_t i = 0; i < 1 + sums.size(); ++i)
      plan.fetches.push_back({operation, static_cast<int>(i)});
    return Session::Create(graph, {})->Run(plan, feeds).tensors;
  }
};

inline kernels::BottleneckSpec BottleneckSpecOf(kernels::reference::Numbers& numbers) {
  kernels::BottleneckSpec spec;
  spec.inputs = 8;
  spec.expanded = 24;
  spec.outputs = 16;
  spec.kernel_frames = 3;
  spec.stride = 2;
  spec.causal = true;
  spec.split = true;
  spec.pool = true;
  spec.activation = kernels::Activation::kHardSwish;
  spec.squeeze = kernels::Squeeze::kPastAndFrame;
  spec.gate = kernels::Gate::kHardSigmoid;
  numbers.Fill(spec, true);
  return spec;
}

inline Call BottleneckCall() {
  kernels::reference::Numbers numbers;
  const kernels::BottleneckSpec spec = BottleneckSpecOf(numbers);
  return {"ClipBottleneck",
          {{"expansion", ListOf(spec.expansion)},
           {"depthwise", ListOf(spec.depthwise)},
           {"temporal", ListOf(spec.temporal)},
           {"reduce", ListOf(spec.reduce)},
           {"expand", ListOf(spec.expand)},
           {"projection", ListOf(spec.projection)},
           {"skip", ListOf(spec.skip)},
           {"inputs", int64_t{8}},
           {"kernel_frames", int64_t{3}},
           {"kernel_size", int64_t{3}},
           {"stride", int64_t{2}},
           {"causal", true},
           {"split", true},
           {"pool", true},
           {"squeeze", std::string("past_and_frame")},
           {"gate", std::string("hard_sigmoid")},
           {"activation", std::string("hard_swish")}},
          {2, 5, 4, 3, 8},
          numbers.Uniform(2 * 5 * 4 * 3 * 8, -1.0F, 1.0F),
          {TensorOf({3, 48}, numbers.Uniform(std::size_t{3} * 48, -1.0F, 1.0F))},
          {},
          {},
          {},
          {}};
}

inline Call StemCall() {
  kernels::reference::Numbers numbers;
  return {"ClipStem",
          {{"convolution", ListOf(numbers.Layer(27, 27 * 8, 8))},
           {"inputs", int64_t{3}},
           {"kernel_size", int64_t{3}},
           {"stride", int64_t{2}},
           {"activation", std::string("swish")}},
          {2, 4, 5, 7, 3},
          numbers.Uniform(2 * 4 * 5 * 7 * 3, -1.0F, 1.0F),
          {},
          {},
          {},
          {},
          {}};
}

inline Call HeadCall() {
  kernels::reference::Numbers numbers;
  return {"ClipHead",
          {{"convolution", ListOf(numbers.Layer(8, 8 * 16, 16))},
           {"inputs", int64_t{8}},
           {"activation", std::string("relu6")}},
          {2, 3, 2, 4, 8},
          numbers.Uniform(2 * 3 * 2 * 4 * 8, -1.0F, 1.0F),
          {},
          {},
          {},
          {},
          {}};
}

/// What a call of some kind is made wrong by, and what the error then says.
template <class AnyCall>
struct FaultOf {
  std::function<void(AnyCall&)> make;
  std::string words;
};
using Fault = FaultOf<Call>;

template <class AnyCall>
void ExpectErrors(const AnyCall& good, const std::vector<FaultOf<AnyCall>>& faults) {
  for (const auto& [make, words] : faults) {
    AnyCall call = good;
    make(call);
    try {
      call.Run();
      ADD_FAILURE() << "no error: " << words;
    } catch (const std::exception& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  }
  EXPECT_NO_THROW(good.Run());
}

}  // namespace movinet
