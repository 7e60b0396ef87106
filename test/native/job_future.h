#pragma once

#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "clips/clip_decoder.h"
#include "common/job_pool.h"

namespace movinet {

/// The end of the job that `start(done)` starts, as a future.
template <typename Result, typename Start>
std::future<std::vector<Result>> FutureOf(Start start) {
  const auto promise = std::make_shared<std::promise<std::vector<Result>>>();
  start(JobPool::Done<Result>(
      [promise](std::vector<Result> results, const std::exception_ptr& error) {
        if (error) {
          promise->set_exception(error);
        } else {
          promise->set_value(std::move(results));
        }
      }));
  return promise->get_future();
}

template <typename Result>
std::future<std::vector<Result>> RunJob(JobPool& pool, size_t parts, JobPool::Part<Result> part) {
  return FutureOf<Result>([&](JobPool::Done<Result> done) {
    pool.Run<Result>(parts, std::move(part), std::move(done));
  });
}

inline std::future<std::vector<ClipResult>> DecodeClips(ClipDecoder& decoder,
                                                        std::vector<ClipRequest> requests,
                                                        ClipBatch batch) {
  return FutureOf<ClipResult>([&](ClipDecoder::Done done) {
    decoder.Decode(std::move(requests), std::move(batch), std::move(done));
  });
}

}  // namespace movinet
