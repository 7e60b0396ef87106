#pragma once

#include <functional>
#include <memory>

namespace movinet {

/// Up to a number of threads that take tasks in the order of submission; the first task starts the
/// first. Every task submitted runs, so whoever waits for it is never left waiting; a task that
/// should not do its work any more must find that out itself.
class ThreadPool {
 public:
  /// Throws std::invalid_argument unless `threads` is at least 1.
  explicit ThreadPool(int threads);
  /// As Close().
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// `task` must not throw, and must own what it touches: it may outlive this object. Throws
  /// std::runtime_error after Close(), std::system_error where there is no thread to run it.
  void Submit(std::function<void()> task);
  /// Takes no more tasks; the threads end once the queue is empty. Does not wait: the pool may be
  /// closed by a task of its own.
  void Close() noexcept;

 private:
  struct Task;
  struct State;

  static void Run(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

/// One thread that does tasks one after the other.
class SerialThread : public ThreadPool {
 public:
  SerialThread() : ThreadPool(1) {}
};

}  // namespace movinet
