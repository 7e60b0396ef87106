#include "video/frame_converter.h"

#include <gtest/gtest.h>

namespace movinet {
namespace {

Orientation Turned(int rotation) { return {rotation, false, true}; }

TEST(FrameConverterTest, SquarePixelsAndUnknownOnesAreLeft) {
  EXPECT_EQ(ShownSize(160, 120, Turned(0), true, {1, 1}), cv::Size(160, 120));
  EXPECT_EQ(ShownSize(160, 120, Turned(0), true, {0, 1}), cv::Size(160, 120));
  EXPECT_EQ(ShownSize(160, 120, Turned(90), true, {0, 0}), cv::Size(120, 160));
}

TEST(FrameConverterTest, PixelsGrowToTheirShapeBeforeTheTurn) {
  EXPECT_EQ(ShownSize(120, 120, Turned(0), true, {4, 3}), cv::Size(160, 120));
  EXPECT_EQ(ShownSize(120, 120, Turned(0), false, {4, 3}), cv::Size(120, 120));
  EXPECT_EQ(ShownSize(720, 576, Turned(0), true, {8, 9}), cv::Size(720, 648));
  EXPECT_EQ(ShownSize(120, 120, Turned(270), true, {4, 3}), cv::Size(120, 160));
}

TEST(FrameConverterTest, AHostileShapeDoesNotFillMemory) {
  EXPECT_EQ(ShownSize(100, 100, Turned(0), true, {1'000'000, 1}), cv::Size(400, 100));
  EXPECT_EQ(ShownSize(100, 100, Turned(0), true, {1, 1'000'000}), cv::Size(100, 400));
}

}  // namespace
}  // namespace movinet
