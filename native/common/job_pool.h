#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/thread_pool.h"

namespace movinet {

/// What a job fails with after JobPool::Abort().
class JobAborted : public std::runtime_error {
 public:
  JobAborted() : std::runtime_error("The work was aborted") {}
};

/// Threads for jobs of several independent parts. Each job ends by one call, when no thread works
/// on it any more and all that its function held has been let go, whether it succeeded, failed or
/// was aborted.
class JobPool {
 public:
  /// Does part `index` of a job; should return early, with anything, once `aborted` is true.
  template <typename Result>
  using Part = std::function<Result(size_t index, const std::atomic<bool>& aborted)>;
  /// Takes the results of all parts, or, with an `error`, none. Called once, on a thread of the
  /// pool (on the caller's for a job without parts); must not throw.
  template <typename Result>
  using Done = std::function<void(std::vector<Result> results, std::exception_ptr error)>;

  /// Throws std::invalid_argument unless `threads` is at least 1.
  explicit JobPool(int threads) : pool_(threads) {}
  /// As Close(): the jobs under way end by their calls, soon after.
  ~JobPool() { Close(); }
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  /// Runs parts 0 … `parts` - 1 in this order and gathers their results. The first exception of a
  /// part becomes the job's, once all parts are through. Throws std::runtime_error after Close().
  template <typename Result>
  void Run(size_t parts, Part<Result> part, Done<Result> done);

  /// Makes the jobs under way end early. Later jobs run as usual.
  void Abort();
  /// Aborts, and takes no more jobs. Does not wait.
  void Close();

 private:
  struct Job {
    std::atomic<bool> aborted{false};
  };
  template <typename Result>
  struct JobOf;

  void AbortLocked();

  std::mutex mutex_;
  std::vector<std::weak_ptr<Job>> jobs_;
  ThreadPool pool_;
};

template <typename Result>
struct JobPool::JobOf : Job {
  JobOf(size_t parts, Part<Result> function, Done<Result> finished)
      : part(std::move(function)), done(std::move(finished)), results(parts), parts_left(parts) {}

  void RunPart(size_t index) {
    try {
      if (!aborted) results[index] = part(index, aborted);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(error_mutex);
      if (!error) error = std::current_exception();
    }
    if (parts_left.fetch_sub(1) == 1) Finish();
  }

  void Finish() {
    part = nullptr;
    if (aborted) error = std::make_exception_ptr(JobAborted());
    if (error) results.clear();
    std::exchange(done, nullptr)(std::move(results), error);
  }

  Part<Result> part;
  Done<Result> done;
  std::vector<Result> results;
  std::atomic<size_t> parts_left;
  std::mutex error_mutex;
  std::exception_ptr error;
};

template <typename Result>
void JobPool::Run(size_t parts, Part<Result> part, Done<Result> done) {
  auto job = std::make_shared<JobOf<Result>>(parts, std::move(part), std::move(done));
  if (parts == 0) {
    job->Finish();
    return;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::weak_ptr<Job>> alive;
  for (const std::weak_ptr<Job>& other : jobs_) {
    if (!other.expired()) alive.push_back(other);
  }
  jobs_ = std::move(alive);
  jobs_.push_back(job);
  for (size_t index = 0; index < parts; ++index) {
    pool_.Submit([job, index] { job->RunPart(index); });
  }
}

}  // namespace movinet
