#include "common/thread_pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "common/background_threads.h"

namespace movinet {

struct ThreadPool::Task {
  std::unique_ptr<BackgroundTask> counted;
  std::function<void()> work;
};

/// What the threads share with the pool, alive until the last of both is gone.
struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Task> tasks;
  int most_threads = 0;
  int threads = 0;
  int idle = 0;
  bool closed = false;
};

ThreadPool::ThreadPool(int threads) : state_(std::make_shared<State>()) {
  if (threads < 1) {
    throw std::invalid_argument("The number of threads must be at least 1, not " +
                                std::to_string(threads));
  }
  state_->most_threads = threads;
}

ThreadPool::~ThreadPool() { Close(); }

void ThreadPool::Submit(std::function<void()> task) {
  // The task may be the end of this object, before this function's.
  const std::shared_ptr<State> state = state_;
  {
    const std::lock_guard<std::mutex> lock(state->mutex);
    if (state->closed) throw std::runtime_error("The thread pool is closed");
    state->tasks.push_back({std::make_unique<BackgroundTask>(), std::move(task)});
    const bool all_busy = static_cast<size_t>(state->idle) < state->tasks.size();
    if (all_busy && state->threads < state->most_threads) {
      try {
        StartBackgroundThread([state] { Run(state); });
        ++state->threads;
      } catch (...) {
        // With fewer threads than asked for it takes longer; with none, for ever.
        if (state->threads == 0) {
          state->tasks.pop_back();
          throw;
        }
      }
    }
  }
  state->wake.notify_one();
}

void ThreadPool::Close() noexcept {
  const std::shared_ptr<State> state = state_;
  {
    const std::lock_guard<std::mutex> lock(state->mutex);
    state->closed = true;
  }
  state->wake.notify_all();
}

void ThreadPool::Run(const std::shared_ptr<State>& state) {
  for (;;) {
    Task task;
    {
      std::unique_lock<std::mutex> lock(state->mutex);
      ++state->idle;
      state->wake.wait(lock, [&state] { return state->closed || !state->tasks.empty(); });
      --state->idle;
      if (state->tasks.empty()) return;
      task = std::move(state->tasks.front());
      state->tasks.pop_front();
    }
    task.work();
    // Before it counts as done.
    task.work = nullptr;
  }
}

}  // namespace movinet
