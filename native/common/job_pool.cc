#include "common/job_pool.h"

namespace movinet {

void JobPool::Abort() {
  const std::lock_guard<std::mutex> lock(mutex_);
  AbortLocked();
}

void JobPool::Close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  AbortLocked();
  pool_.Close();
}

void JobPool::AbortLocked() {
  for (const std::weak_ptr<Job>& weak : jobs_) {
    if (const std::shared_ptr<Job> job = weak.lock()) job->aborted = true;
  }
}

}  // namespace movinet
