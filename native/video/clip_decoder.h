#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/job_pool.h"

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

/// The target: float32 [slots, frames, size, size, 3], RGB in [0, 1]. Kept alive until the decoding
/// is over.
struct ClipBatch {
  std::shared_ptr<float> data;
  int64_t slots = 0;
  int64_t frames = 0;
  int size = 0;
};

/// Decodes clips into the slots of batches, one file a thread.
class ClipDecoder {
 public:
  explicit ClipDecoder(int threads) : pool_(threads) {}

  /// Fills the slots of `requests` and leaves the other slots alone. What a file does not fill is
  /// zero; a file that fails leaves its whole slot zero. The future throws JobAborted after
  /// Abort(). Throws std::invalid_argument for a request that does not fit the batch, and for a
  /// slot that another request, of this call or of one under way, also writes.
  std::future<std::vector<ClipResult>> Decode(std::vector<ClipRequest> requests, ClipBatch batch);

  /// Makes the calls under way end within a frame's time. Later calls work as before.
  void Abort() { pool_.Abort(); }
  /// Aborts, and takes no more calls. Does not wait; the destructor does.
  void Close();

 private:
  struct Call;

  void CheckFree(const Call& call);

  std::mutex mutex_;
  bool closed_ = false;
  std::vector<std::weak_ptr<const Call>> calls_;
  JobPool pool_;
};

}  // namespace movinet
