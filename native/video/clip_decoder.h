#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "common/job_pool.h"
#include "video/clip_batch.h"

namespace movinet {

/// Frames `start`, `start + step`, … of one file (`frames` of them), for one slot of a batch.
struct ClipRequest {
  std::string path;
  int64_t start = 0;
  int64_t step = 1;
  int64_t frames = 1;
  int64_t slot = 0;
};

/// `error` is empty for a clip that could be decoded; `decoded_frames` may be fewer than asked,
/// down to none where the clip starts past the end.
struct ClipResult {
  int64_t decoded_frames = 0;
  std::string error;
};

/// Decodes clips into the slots of batches, one file a thread.
class ClipDecoder {
 public:
  explicit ClipDecoder(int threads) : pool_(threads) {}

  /// The results in the order of the requests, or, with an `error`, none.
  using Done = JobPool::Done<ClipResult>;

  /// Fills the slots of `requests` and leaves the other slots alone. What a file does not fill is
  /// zero; a file that fails leaves its whole slot zero. Ends by a call of `done` on a thread of
  /// its own, when the batch is let go of: with JobAborted after Abort(). Throws
  /// std::invalid_argument for a request that does not fit the batch, and for a slot that another
  /// decoding of this process writes; std::runtime_error after Close().
  void Decode(std::vector<ClipRequest> requests, ClipBatch batch, Done done);

  /// Makes the calls under way end within a frame's time. Later calls work as before.
  void Abort() { pool_.Abort(); }
  /// Aborts, and takes no more calls. Does not wait.
  void Close() { pool_.Close(); }

 private:
  JobPool pool_;
};

}  // namespace movinet
