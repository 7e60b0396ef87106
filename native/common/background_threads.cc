#include "common/background_threads.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace movinet {
namespace {

struct Counts {
  std::mutex mutex;
  std::condition_variable no_tasks;
  int threads = 0;
  int tasks = 0;
};

/// Never destroyed, as a thread may outlive everything that is.
Counts& GetCounts() {
  static Counts* const counts = std::make_unique<Counts>().release();
  return *counts;
}

void AddThreads(int number) {
  Counts& counts = GetCounts();
  const std::lock_guard<std::mutex> lock(counts.mutex);
  counts.threads += number;
}

}  // namespace

void StartBackgroundThread(std::function<void()> body) {
  AddThreads(1);
  try {
    std::thread([body = std::move(body)]() mutable {
      body();
      body = nullptr;
      AddThreads(-1);
    }).detach();
  } catch (...) {
    AddThreads(-1);
    throw;
  }
}

int BackgroundThreadCount() {
  Counts& counts = GetCounts();
  const std::lock_guard<std::mutex> lock(counts.mutex);
  return counts.threads;
}

BackgroundTask::BackgroundTask() {
  Counts& counts = GetCounts();
  const std::lock_guard<std::mutex> lock(counts.mutex);
  ++counts.tasks;
}

BackgroundTask::~BackgroundTask() {
  Counts& counts = GetCounts();
  const std::lock_guard<std::mutex> lock(counts.mutex);
  if (--counts.tasks == 0) counts.no_tasks.notify_all();
}

bool WaitForBackgroundTasks(std::chrono::milliseconds at_most) {
  Counts& counts = GetCounts();
  std::unique_lock<std::mutex> lock(counts.mutex);
  return counts.no_tasks.wait_for(lock, at_most, [&counts] { return counts.tasks == 0; });
}

}  // namespace movinet
