#include "kernels/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <thread>

namespace movinet::kernels {
namespace {

constexpr size_t kMostThreads = 256;

/// One call of ParallelFor: whoever helps takes the next index. A helper that comes late finds
/// none, and touches nothing of the caller's.
class Work {
 public:
  Work(size_t count, const std::function<void(size_t)>& body) : count_(count), body_(&body) {}

  void Help() {
    size_t done = 0;
    for (size_t index = next_++; index < count_; index = next_++, ++done) {
      try {
        (*body_)(index);
      } catch (...) {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!error_) error_ = std::current_exception();
      }
    }
    if (done == 0) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ += done;
    if (done_ == count_) finished_.notify_one();
  }

  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    finished_.wait(lock, [this] { return done_ == count_; });
    if (error_) std::rethrow_exception(error_);
  }

 private:
  const size_t count_;
  const std::function<void(size_t)>* body_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable finished_;
  size_t done_ = 0;
  std::exception_ptr error_;
};

/// The threads beside the callers', started as they are wanted and never ended: they wait, and cost
/// nothing then.
class Helpers {
 public:
  /// Never destroyed: a run may be under way while the process ends.
  static Helpers& OfProcess() {
    static auto* const helpers = std::make_unique<Helpers>().release();
    return *helpers;
  }

  /// Asks `count` threads to help, those that are busy as soon as they are not.
  void Ask(const std::shared_ptr<Work>& work, size_t count) {
    const std::lock_guard<std::mutex> lock(mutex_);
    // Where there is no further thread, or no memory: fewer hands, the same work.
    try {
      for (; started_ < count; ++started_) std::thread([this] { Run(); }).detach();
    } catch (const std::exception&) {
    }
    try {
      for (size_t i = 0; i < std::min(count, started_); ++i) queue_.push_back(work);
    } catch (const std::bad_alloc&) {
    }
    wanted_.notify_all();
  }

 private:
  [[noreturn]] void Run() {
    for (;;) {
      std::shared_ptr<Work> work;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wanted_.wait(lock, [this] { return !queue_.empty(); });
        work = std::move(queue_.front());
        queue_.pop_front();
      }
      work->Help();
    }
  }

  std::mutex mutex_;
  std::condition_variable wanted_;
  std::deque<std::shared_ptr<Work>> queue_;
  size_t started_ = 0;
};

}  // namespace

size_t DefaultThreads() {
  static const size_t threads = [] {
    if (const char* given = std::getenv("TF_NUM_INTRAOP_THREADS")) {
      const long count = std::strtol(given, nullptr, 10);
      if (count > 0) return std::min(static_cast<size_t>(count), kMostThreads);
    }
    cpu_set_t processors;
    if (sched_getaffinity(0, sizeof(processors), &processors) == 0) {
      return std::min(static_cast<size_t>(CPU_COUNT(&processors)), kMostThreads);
    }
    return size_t{std::max(1U, std::thread::hardware_concurrency())};
  }();
  return threads;
}

void ParallelFor(size_t count, size_t threads, const std::function<void(size_t)>& body) {
  const size_t wanted = std::min({count, kMostThreads, threads == 0 ? DefaultThreads() : threads});
  if (wanted <= 1) {
    for (size_t index = 0; index < count; ++index) body(index);
    return;
  }
  const auto work = std::make_shared<Work>(count, body);
  Helpers::OfProcess().Ask(work, wanted - 1);
  work->Help();
  work->Wait();
}

}  // namespace movinet::kernels
