#include "clips/resize_with_pad.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "reference_frames.h"

namespace movinet {
namespace {

struct GoldenCase {
  int width, height, size;
  PadGeometry geometry;
  std::vector<int> at;
  std::vector<float> values;
  double sum;
  uint32_t bits;
};

std::vector<GoldenCase> LoadGoldenCases() {
  const cv::FileStorage storage = OpenFixture("resize_with_pad.json");
  std::vector<GoldenCase> cases;
  for (const cv::FileNode& node : storage["cases"]) {
    GoldenCase golden;
    golden.width = static_cast<int>(node["width"]);
    golden.height = static_cast<int>(node["height"]);
    golden.size = static_cast<int>(node["size"]);
    golden.geometry = {static_cast<int>(node["resized_height"]),
                       static_cast<int>(node["resized_width"]), static_cast<int>(node["top"]),
                       static_cast<int>(node["left"])};
    node["at"] >> golden.at;
    node["values"] >> golden.values;
    golden.sum = static_cast<double>(node["sum"]);
    golden.bits = BitsOf(node);
    cases.push_back(golden);
  }
  return cases;
}

std::vector<float> Resize(ResizeWithPad& resize, int width, int height, ChannelOrder order,
                          size_t padding) {
  const size_t stride = static_cast<size_t>(width) * 3 + padding;
  const std::vector<uint8_t> bytes = ReferenceFrame(width, height, order, stride);
  std::vector<float> output(static_cast<size_t>(resize.size() * resize.size()) * 3, -1.0f);
  resize.Apply({bytes.data(), width, height, stride, order}, output.data());
  return output;
}

TEST(ResizeWithPadTest, EqualsTensorFlow) {
  const std::vector<GoldenCase> cases = LoadGoldenCases();
  ASSERT_GE(cases.size(), 15u);
  for (const GoldenCase& golden : cases) {
    SCOPED_TRACE(std::to_string(golden.width) + "x" + std::to_string(golden.height) + " to " +
                 std::to_string(golden.size));
    const PadGeometry geometry = ComputePadGeometry(golden.width, golden.height, golden.size);
    EXPECT_EQ(geometry.height, golden.geometry.height);
    EXPECT_EQ(geometry.width, golden.geometry.width);
    EXPECT_EQ(geometry.top, golden.geometry.top);
    EXPECT_EQ(geometry.left, golden.geometry.left);

    ResizeWithPad resize(golden.size);
    const std::vector<float> output =
        Resize(resize, golden.width, golden.height, ChannelOrder::kRgb, 0);
    ASSERT_FALSE(golden.at.empty());
    ASSERT_EQ(golden.at.size(), golden.values.size());
    for (size_t i = 0; i < golden.at.size(); ++i) {
      EXPECT_NEAR(output[static_cast<size_t>(golden.at[i])], golden.values[i], 1e-6)
          << "at " << golden.at[i];
    }
    EXPECT_NEAR(std::accumulate(output.begin(), output.end(), 0.0), golden.sum, 1e-3);
    EXPECT_EQ(Fnv1a(output.data(), output.size()), golden.bits) << "not equal bit for bit";
  }
}

TEST(ResizeWithPadTest, TakesBgrRowsWithStride) {
  for (const GoldenCase& golden : LoadGoldenCases()) {
    ResizeWithPad resize(golden.size);
    const std::vector<float> output =
        Resize(resize, golden.width, golden.height, ChannelOrder::kBgr, 5);
    EXPECT_EQ(Fnv1a(output.data(), output.size()), golden.bits)
        << golden.width << "x" << golden.height << " to " << golden.size;
  }
}

TEST(ResizeWithPadTest, OneObjectServesFramesOfAnySize) {
  for (const int size : {64, 224}) {
    ResizeWithPad reused(size);
    for (const auto& [width, height] :
         {std::pair{320, 240}, {320, 240}, {24, 32}, {64, 64}, {320, 240}}) {
      ResizeWithPad fresh(size);
      EXPECT_EQ(Resize(reused, width, height, ChannelOrder::kBgr, 0),
                Resize(fresh, width, height, ChannelOrder::kBgr, 0))
          << width << "x" << height << " to " << size;
    }
  }
}

TEST(ResizeWithPadTest, StaysInsideTheUnitInterval) {
  for (int width = 1; width < 60; width += 7) {
    for (int height = 1; height < 60; height += 5) {
      ResizeWithPad resize(31);
      if (width * 31 / height == 0 || height * 31 / width == 0) continue;
      for (const float value : Resize(resize, width, height, ChannelOrder::kRgb, 3)) {
        ASSERT_GE(value, 0.0f);
        ASSERT_LE(value, 1.0f);
      }
    }
  }
}

TEST(ResizeWithPadTest, RefusesWhatLeavesNothing) {
  EXPECT_THROW(ComputePadGeometry(3, 200, 24), std::invalid_argument);
  EXPECT_THROW(ComputePadGeometry(0, 10, 24), std::invalid_argument);
  EXPECT_THROW(ComputePadGeometry(10, -1, 24), std::invalid_argument);
  EXPECT_THROW(ResizeWithPad(0), std::invalid_argument);
}

}  // namespace
}  // namespace movinet
