#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace movinet {

/// A fixed number of threads that take tasks in the order of submission. Every task submitted runs,
/// so whoever waits for it is never left waiting; a task that should not do its work any more must
/// find that out itself.
class ThreadPool {
 public:
  /// Throws std::invalid_argument unless `threads` is at least 1.
  explicit ThreadPool(int threads);
  /// Runs what is queued, then joins the threads.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// `task` must not throw. Throws std::runtime_error after Close().
  void Submit(std::function<void()> task);
  /// Takes no more tasks and lets the threads end once the queue is empty. Does not wait.
  void Close() noexcept;

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace movinet
