#include "media/orientation.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace movinet {
namespace {

Orientation Of(int32_t a, int32_t b, int32_t c, int32_t d) {
  constexpr int32_t kOne = 1 << 16;
  const std::array<int32_t, 9> matrix = {a * kOne, b * kOne, 0, c * kOne, d * kOne,
                                         0,        0,        0, 1 << 30};
  return OrientationOfMatrix(matrix.data());
}

void Expect(const Orientation& orientation, int rotation, bool mirrored) {
  EXPECT_EQ(orientation.rotation, rotation);
  EXPECT_EQ(orientation.mirrored, mirrored);
  EXPECT_TRUE(orientation.usual);
}

// A point (x, y), y downwards, is shown at (a x + c y, b x + d y).
TEST(OrientationTest, KnowsAllEight) {
  Expect(Of(1, 0, 0, 1), 0, false);
  Expect(Of(0, 1, -1, 0), 90, false);
  Expect(Of(-1, 0, 0, -1), 180, false);
  Expect(Of(0, -1, 1, 0), 270, false);
  Expect(Of(-1, 0, 0, 1), 0, true);
  // Upside down: half a turn, then left to right.
  Expect(Of(1, 0, 0, -1), 180, true);
  // x and y change places: a quarter turn takes (x, y) to (-y, x), the mirror that to (y, x).
  Expect(Of(0, 1, 1, 0), 90, true);
  Expect(Of(0, -1, -1, 0), 270, true);
}

TEST(OrientationTest, ScalesDoNotMatterAndOtherTurnsAreLeft) {
  Expect(Of(0, 3, -3, 0), 90, false);
  EXPECT_FALSE(Of(1, 1, -1, 1).usual);
  EXPECT_EQ(Of(1, 1, -1, 1).rotation, 0);
  EXPECT_FALSE(Of(0, 0, 0, 0).usual);
}

}  // namespace
}  // namespace movinet
