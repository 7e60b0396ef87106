#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/bottleneck.h"
#include "kernels/head.h"
#include "kernels/reference.h"
#include "kernels/stem.h"

namespace movinet::kernels {
namespace {

/// What a spec is made wrong by, and what is then said.
template <class Spec>
struct Wrong {
  std::function<void(Spec&)> spoil;
  std::string problem;
};

template <class Spec, class Make>
void ExpectRefusals(const Spec& good, const std::string& what, const Make& make,
                    const std::vector<Wrong<Spec>>& all) {
  EXPECT_NE(make(good), nullptr);
  for (const auto& [spoil, problem] : all) {
    Spec spec = good;
    spoil(spec);
    try {
      make(spec);
      ADD_FAILURE() << "taken: " << problem;
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(error.what(), std::string(what).append(": ").append(problem));
    }
  }
}

constexpr char kChannels[] = "channels come in multiples of 8, up to 1048576";

BottleneckSpec GoodBottleneck() {
  reference::Numbers numbers;
  BottleneckSpec spec;
  spec.inputs = 8;
  spec.expanded = 24;
  spec.outputs = 16;
  spec.kernel_frames = 3;
  spec.split = true;
  spec.squeeze = Squeeze::kPastAndFrame;
  numbers.Fill(spec, true);
  return spec;
}

TEST(RefusalTest, ABottleneckThatNoKernelCanDo) {
  using Spec = BottleneckSpec;
  ExpectRefusals<Spec>(
      GoodBottleneck(), "A fused bottleneck", MakeBottleneck,
      {
          {[](Spec& spec) { spec.inputs = 0; }, kChannels},
          {[](Spec& spec) { spec.inputs = 12; }, kChannels},
          {[](Spec& spec) { spec.expanded = 7; }, kChannels},
          {[](Spec& spec) { spec.outputs = size_t{1} << 32; }, kChannels},
          {[](Spec& spec) { spec.kernel_frames = 0; }, "a kernel has 1, 3 or 5 frames"},
          {[](Spec& spec) { spec.kernel_frames = 7; }, "a kernel has 1, 3 or 5 frames"},
          {[](Spec& spec) { spec.kernel_size = 0; }, "a kernel has 1, 3, 5 or 7 rows and columns"},
          {[](Spec& spec) { spec.kernel_size = 4; }, "a kernel has 1, 3, 5 or 7 rows and columns"},
          {[](Spec& spec) { spec.kernel_size = 9; }, "a kernel has 1, 3, 5 or 7 rows and columns"},
          {[](Spec& spec) { spec.stride = 0; }, "the stride is 1 or 2"},
          {[](Spec& spec) { spec.stride = 3; }, "the stride is 1 or 2"},
          {[](Spec& spec) { spec.pool = true; },
           "means are for a stride of 2 and a projected way around"},
          {[](Spec& spec) { spec.skip = {}; }, "the input does not fit the output"},
          {[](Spec& spec) { spec.stride = 2, spec.skip = {}; },
           "the input does not fit the output"},
          {[](Spec& spec) { spec.activation = Activation::kNone; },
           "its activation is one of ReLU6, swish and hard swish"},
          {[](Spec& spec) { spec.expansion.filter.pop_back(); },
           "the expansion's weights have another size"},
          {[](Spec& spec) { spec.expansion.bias.clear(); },
           "the expansion's weights have another size"},
          {[](Spec& spec) { spec.depthwise.filter.push_back(0.0F); },
           "the depthwise weights have another size"},
          {[](Spec& spec) { spec.split = false; }, "the depthwise weights have another size"},
          {[](Spec& spec) { spec.temporal = {}; }, "the temporal weights have another size"},
          {[](Spec& spec) { spec.projection.bias.pop_back(); },
           "the projection's weights have another size"},
          {[](Spec& spec) { spec.skip.bias.pop_back(); }, "the skip's weights have another size"},
          {[](Spec& spec) { spec.reduce = {}; }, kChannels},
          {[](Spec& spec) { spec.reduce.filter.pop_back(); },
           "the squeeze-excitation's weights have another size"},
          {[](Spec& spec) { spec.squeeze = Squeeze::kFrame; },
           "the squeeze-excitation's weights have another size"},
          {[](Spec& spec) { spec.expand.filter.clear(); },
           "the squeeze-excitation's weights have another size"},
      });
}

TEST(RefusalTest, AStemThatNoKernelCanDo) {
  using Spec = StemSpec;
  Spec good;
  good.outputs = 8;
  good.weights = reference::Numbers().Layer(27, 27 * 8, 8);
  const std::string kernel = "a kernel has 1 to 7 rows and columns";
  ExpectRefusals<Spec>(
      good, "A fused stem", MakeStem,
      {
          {[](Spec& spec) { spec.outputs = 0; }, kChannels},
          {[](Spec& spec) { spec.outputs = 12; }, kChannels},
          {[](Spec& spec) { spec.inputs = 0; }, "a kernel has input channels"},
          // Their product with the next is 0 in 64 bits, and so would be the size of the weights.
          {[](Spec& spec) { spec.inputs = size_t{1} << 61, spec.weights.filter.clear(); },
           "a kernel has input channels"},
          {[](Spec& spec) { spec.kernel_size = size_t{1} << 32, spec.weights.filter.clear(); },
           kernel},
          {[](Spec& spec) { spec.kernel_size = 0; }, kernel},
          {[](Spec& spec) { spec.stride = 3; }, "the stride is 1 or 2"},
          {[](Spec& spec) { spec.activation = Activation::kNone; },
           "its activation is one of ReLU6, swish and hard swish"},
          {[](Spec& spec) { spec.weights.filter.pop_back(); }, "the weights have another size"},
      });
}

TEST(RefusalTest, AHeadThatNoKernelCanDo) {
  using Spec = HeadSpec;
  Spec good;
  good.inputs = 8;
  good.outputs = 16;
  good.weights = reference::Numbers().Layer(8, 8 * 16, 16);
  ExpectRefusals<Spec>(
      good, "A fused head", MakeHead,
      {
          {[](Spec& spec) { spec.inputs = 9; }, kChannels},
          {[](Spec& spec) { spec.outputs = 0; }, kChannels},
          {[](Spec& spec) { spec.inputs = size_t{1} << 60, spec.weights.filter.clear(); },
           kChannels},
          {[](Spec& spec) { spec.activation = Activation::kNone; },
           "its activation is one of ReLU6, swish and hard swish"},
          {[](Spec& spec) { spec.weights.bias.pop_back(); }, "the weights have another size"},
      });
}

TEST(RefusalTest, ClipsThatDoNotFitTheWeights) {
  const auto bottleneck = MakeBottleneck(GoodBottleneck());
  const ClipShape wrong[] = {
      {0, 4, 4, 8}, {4, 0, 4, 8}, {4, 4, 0, 8}, {4, 4, 4, 16}, {1, size_t{1} << 30, 1, 8}};
  for (const ClipShape& shape : wrong) {
    EXPECT_THROW(bottleneck->Run(shape, 1, nullptr, nullptr, {}, 1), std::invalid_argument);
  }
  HeadSpec head;
  head.inputs = head.outputs = 8;
  head.weights = reference::Numbers().Layer(8, 64, 8);
  EXPECT_THROW(MakeHead(head)->Run({4, 4, 4, 16}, 1, nullptr, nullptr, 1), std::invalid_argument);
  EXPECT_THROW(MakeHead(head)->Run({0, 4, 4, 8}, 1, nullptr, nullptr, 1), std::invalid_argument);
  StemSpec stem;
  stem.outputs = 8;
  stem.weights = reference::Numbers().Layer(27, 27 * 8, 8);
  EXPECT_THROW(MakeStem(stem)->Run({4, 4, 4, 4}, 1, nullptr, nullptr, 1), std::invalid_argument);
  EXPECT_THROW(MakeStem(stem)->Run({4, 4, 0, 3}, 1, nullptr, nullptr, 1), std::invalid_argument);
}

}  // namespace
}  // namespace movinet::kernels
