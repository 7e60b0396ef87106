#include "kernels/guarded_floats.h"

#include <gtest/gtest.h>

namespace movinet::kernels {
namespace {

/// What all that the other tests say about memory rests on.
TEST(GuardedFloatsDeathTest, EndTheProcessThatLeavesThem) {
  for (const size_t count : {1, 1023, 1024, 1025}) {
    GuardedFloats behind(count, Guard::kBehind);
    GuardedFloats in_front(count, Guard::kInFront);
    volatile float* const after = behind.data() + count;
    volatile float* const before = in_front.data() - 1;
    EXPECT_DEATH(*after = 1.0F, "");
    EXPECT_DEATH(*before = 1.0F, "");
    EXPECT_EQ(behind.values().size(), count);
  }
}

}  // namespace
}  // namespace movinet::kernels
