#include "common/job_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "common/background_threads.h"
#include "common/thread_pool.h"
#include "job_future.h"

namespace movinet {
namespace {

TEST(JobPoolTest, GathersResultsInOrder) {
  JobPool pool(3);
  std::vector<std::future<std::vector<size_t>>> futures;
  for (size_t job = 0; job < 20; ++job) {
    futures.push_back(RunJob<size_t>(
        pool, job, [job](size_t index, const std::atomic<bool>&) { return job * 100 + index; }));
  }
  for (size_t job = 0; job < 20; ++job) {
    const std::vector<size_t> results = futures[job].get();
    ASSERT_EQ(results.size(), job);
    for (size_t index = 0; index < job; ++index) EXPECT_EQ(results[index], job * 100 + index);
  }
}

TEST(JobPoolTest, AnExceptionReachesTheFutureOnceAllPartsAreThrough) {
  JobPool pool(2);
  std::atomic<int> done{0};
  auto future = RunJob<int>(pool, 10, [&done](size_t index, const std::atomic<bool>&) -> int {
    if (index == 3) throw std::out_of_range("three");
    ++done;
    return 0;
  });
  EXPECT_THROW(future.get(), std::out_of_range);
  EXPECT_EQ(done, 9);
  EXPECT_EQ(RunJob<int>(pool, 1, [](size_t, const std::atomic<bool>&) { return 7; }).get().at(0),
            7);
}

TEST(JobPoolTest, AbortReachesRunningAndQueuedJobs) {
  JobPool pool(1);
  std::atomic<bool> started{false};
  auto running = RunJob<int>(pool, 1, [&started](size_t, const std::atomic<bool>& aborted) {
    started = true;
    while (!aborted) std::this_thread::yield();
    return 0;
  });
  auto queued = RunJob<int>(pool, 5, [](size_t, const std::atomic<bool>&) { return 0; });
  while (!started) std::this_thread::yield();
  pool.Abort();
  EXPECT_THROW(running.get(), JobAborted);
  EXPECT_THROW(queued.get(), JobAborted);
  EXPECT_EQ(RunJob<int>(pool, 2, [](size_t, const std::atomic<bool>&) { return 1; }).get().size(),
            2u);
}

TEST(JobPoolTest, WhatAJobHoldsIsGoneWhenItsFutureIsReady) {
  JobPool pool(2);
  for (int round = 0; round < 50; ++round) {
    const auto held = std::make_shared<int>(round);
    RunJob<int>(pool, 4, [held](size_t, const std::atomic<bool>&) { return *held; }).get();
    EXPECT_EQ(held.use_count(), 1);
  }
}

TEST(JobPoolTest, TheDestructorAborts) {
  std::atomic<bool> started{false};
  std::future<std::vector<int>> future;
  {
    JobPool pool(2);
    future = RunJob<int>(pool, 8, [&started](size_t, const std::atomic<bool>& aborted) {
      started = true;
      while (!aborted) std::this_thread::yield();
      return 0;
    });
    while (!started) std::this_thread::yield();
  }
  EXPECT_THROW(future.get(), JobAborted);
}

constexpr std::chrono::seconds kPatience{5};

/// Threads end soon, not at once.
void ExpectThreads(int count) {
  for (int turn = 0; turn < 1000 && BackgroundThreadCount() != count; ++turn) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(BackgroundThreadCount(), count);
}

TEST(ThreadPoolTest, StartsThreadsWhenThereIsWorkAndEndsThemWhenClosed) {
  ExpectThreads(0);
  ThreadPool pool(4);
  EXPECT_EQ(BackgroundThreadCount(), 0);
  std::atomic<bool> go_on{false};
  pool.Submit([&go_on] {
    while (!go_on) std::this_thread::yield();
  });
  ExpectThreads(1);
  EXPECT_FALSE(WaitForBackgroundTasks(std::chrono::milliseconds(20)));
  go_on = true;
  EXPECT_TRUE(WaitForBackgroundTasks(kPatience));
  EXPECT_EQ(BackgroundThreadCount(), 1);
  pool.Close();
  ExpectThreads(0);
}

TEST(ThreadPoolTest, MayBeDestroyedByATaskOfItsOwn) {
  auto pool = std::make_shared<SerialThread>();
  auto* const raw = pool.get();
  raw->Submit([pool = std::move(pool)]() mutable { pool.reset(); });
  EXPECT_TRUE(WaitForBackgroundTasks(kPatience));
  ExpectThreads(0);
}

TEST(JobPoolTest, TakesNothingAfterClose) {
  JobPool pool(1);
  pool.Close();
  pool.Close();
  EXPECT_THROW(RunJob<int>(pool, 1, [](size_t, const std::atomic<bool>&) { return 0; }),
               std::runtime_error);
  EXPECT_THROW(JobPool(0), std::invalid_argument);
}

}  // namespace
}  // namespace movinet
