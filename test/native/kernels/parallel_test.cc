#include "kernels/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "kernels/scratch.h"

namespace movinet::kernels {
namespace {

TEST(ParallelForTest, CallsEachIndexOnce) {
  for (const size_t threads : {0, 1, 2, 4, 9}) {
    for (const size_t count : {0, 1, 2, 3, 8, 100}) {
      std::vector<std::atomic<int>> calls(count);
      ParallelFor(count, threads, [&](size_t index) { ++calls.at(index); });
      for (const auto& of_index : calls) EXPECT_EQ(of_index, 1);
    }
  }
}

TEST(ParallelForTest, ShowsTheCallerWhatTheThreadsWrote) {
  std::vector<size_t> values(1000);
  for (size_t round = 1; round < 50; ++round) {
    ParallelFor(values.size(), 4, [&](size_t index) { values[index] += index; });
    EXPECT_EQ(values.back(), round * 999);
  }
}

TEST(ParallelForTest, RethrowsOnceAllHasEnded) {
  std::atomic<int> calls{0};
  const auto body = [&](size_t index) {
    ++calls;
    if (index % 3 == 0) throw std::runtime_error(std::to_string(index));
  };
  for (const size_t threads : {2, 4}) {
    calls = 0;
    EXPECT_THROW(ParallelFor(20, threads, body), std::runtime_error);
    EXPECT_EQ(calls, 20);
  }
  EXPECT_THROW(ParallelFor(20, 1, body), std::runtime_error);
}

TEST(ParallelForTest, MayBeCalledInside) {
  std::atomic<int> calls{0};
  ParallelFor(6, 3, [&](size_t) { ParallelFor(5, 3, [&](size_t) { ++calls; }); });
  EXPECT_EQ(calls, 30);
}

/// Helpers that come late, when the caller has gone on, must find nothing of it.
TEST(ParallelForTest, ServesSeveralCallersAtOnce) {
  std::vector<std::thread> callers;
  std::atomic<size_t> sum{0};
  for (size_t caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&sum] {
      for (size_t round = 0; round < 200; ++round) {
        std::vector<size_t> values(3);
        ParallelFor(values.size(), 4, [&](size_t index) { values[index] = index + 1; });
        sum += values[0] + values[1] + values[2];
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * 200 * 6);
}

TEST(ParallelForTest, StartsNoMoreThreadsThanItMay) {
  const auto running = [] {
    const auto tasks = std::filesystem::directory_iterator("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  const auto before = running();
  std::atomic<size_t> calls{0};
  ParallelFor(2000, std::numeric_limits<size_t>::max(), [&](size_t) { ++calls; });
  EXPECT_EQ(calls, 2000);
  EXPECT_LE(running() - before, 255);
}

TEST(ScratchTest, KeepsWhatItNeedsAgain) {
  Scratch scratch;
  float* first = scratch.Get<float>(Scratch::kRow, 1000);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0);
  EXPECT_EQ(scratch.Get<float>(Scratch::kRow, 10), first);
  EXPECT_NE(scratch.Get<float>(Scratch::kSkip, 10), first);
  EXPECT_THROW(scratch.Get<float>(Scratch::kRow, std::numeric_limits<size_t>::max() / 2),
               std::bad_alloc);
}

TEST(ScratchTest, GivesBackWhatOneLargeClipTook) {
  Scratch scratch;
  scratch.Get<float>(Scratch::kFeature, 1000000);
  for (size_t i = 0; i < 3 * Scratch::kWishes; ++i) {
    scratch.Get<float>(Scratch::kFeature, i % 2 == 0 ? 100 : 10000);
    if (i == 10) {
      EXPECT_GE(scratch.size(), 4000000);
    }
  }
  EXPECT_EQ(scratch.size(), 40000);
}

}  // namespace
}  // namespace movinet::kernels
