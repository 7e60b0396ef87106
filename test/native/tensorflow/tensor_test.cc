#include "tensorflow/tensor.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>

namespace movinet {
namespace {

TEST(TensorTest, AllocatesZerosOfTheShape) {
  const auto tensor = Tensor::Allocate(TF_FLOAT, {2, 3});
  EXPECT_EQ(tensor->dtype(), TF_FLOAT);
  EXPECT_EQ(tensor->shape(), (std::vector<int64_t>{2, 3}));
  ASSERT_EQ(tensor->byte_size(), 6 * sizeof(float));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(static_cast<float*>(tensor->data())[i], 0.0F);
}

TEST(TensorTest, AlignsItsMemoryForVectorInstructions) {
  const auto tensor = Tensor::Allocate(TF_FLOAT, {3});
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor->data()) % 64, 0U);
}

TEST(TensorTest, HoldsScalarsAndEmptyTensors) {
  EXPECT_EQ(Tensor::Allocate(TF_INT32, {})->element_count(), 1);
  EXPECT_EQ(Tensor::Allocate(TF_FLOAT, {0, 4})->byte_size(), 0U);
}

TEST(TensorTest, RefusesShapesThatCannotBe) {
  EXPECT_THROW(Tensor::Allocate(TF_FLOAT, {-1}), std::invalid_argument);
  const int64_t huge = std::numeric_limits<int64_t>::max() / 2;
  EXPECT_THROW(Tensor::Allocate(TF_FLOAT, {huge, 16}), std::invalid_argument);
  EXPECT_THROW(Tensor::Allocate(TF_FLOAT, {int64_t{1} << 62}), std::invalid_argument);
  EXPECT_THROW(Tensor::Allocate(TF_STRING, {1}), std::invalid_argument);
}

TEST(TensorTest, KeepsStringsOfAnyLengthAndContent) {
  const std::vector<std::string> values = {"", "short", std::string(100, 'x'),
                                           std::string("with\0zero", 9)};
  const auto tensor = Tensor::FromStrings(values, {2, 2});
  EXPECT_EQ(tensor->strings(), values);
}

TEST(TensorTest, RefusesStringsThatDoNotFillTheShape) {
  EXPECT_THROW(Tensor::FromStrings({"a"}, {2}), std::invalid_argument);
  EXPECT_THROW(Tensor::Allocate(TF_FLOAT, {1})->strings(), std::invalid_argument);
}

TEST(TensorTest, CountsWhatIsAlive) {
  const int64_t before = Tensor::live_count();
  {
    const auto tensor = Tensor::Allocate(TF_FLOAT, {1});
    EXPECT_EQ(Tensor::live_count(), before + 1);
  }
  EXPECT_EQ(Tensor::live_count(), before);
}

/// In bytes.
size_t ResidentMemory() {
  std::ifstream statm("/proc/self/statm");
  size_t pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

TEST(TensorTest, LargeOnesAreZerosAndGiveTheirMemoryBack) {
  constexpr size_t kMebibyte = size_t{1} << 20;
  const size_t before = ResidentMemory();
  for (int round = 0; round < 8; ++round) {
    const auto tensor = Tensor::Allocate(TF_FLOAT, {64, 256, 1024});
    auto* values = static_cast<float*>(tensor->data());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(values) % 64, 0U);
    EXPECT_TRUE(std::all_of(values, values + tensor->element_count(),
                            [](float value) { return value == 0.0F; }));
    std::fill_n(values, tensor->element_count(), 1.0F);
    EXPECT_GE(ResidentMemory(), before + 56 * kMebibyte);
  }
  EXPECT_LT(ResidentMemory(), before + 32 * kMebibyte);
}

}  // namespace
}  // namespace movinet
