#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clips/clip_batch.h"
#include "clips/frame_transform.h"
#include "clips/mix_clips.h"
#include "common/job_pool.h"
#include "media/reading_options.h"

namespace movinet {

/// Some frames of one file for the first frames of a slot of a batch.
struct ClipRequest {
  std::string path;
  /// Numbers of shown frames in any order; negative for a zero frame.
  std::vector<int64_t> frames;
  int64_t slot = 0;
  /// The packed table of its index; empty: the file is indexed first.
  std::string table;
  FrameTransform transform = {};
};

/// `error` is empty for a clip that could be decoded.
struct ClipResult {
  /// Of the frames asked for, those that were there.
  int64_t decoded_frames = 0;
  int64_t damaged_packets = 0;
  /// How many frames the video has, where its end was met.
  std::optional<int64_t> ends_at;
  std::string error;
};

/// Decodes clips into the slots of batches, one file a thread, and mixes them.
class ClipDecoder {
 public:
  explicit ClipDecoder(int threads, const ReadingOptions& options = {})
      : options_(options), pool_(threads) {}

  /// The results in the order of the requests, or, with an `error`, none.
  using Done = JobPool::Done<ClipResult>;

  /// Fills the slots of `requests` and leaves the other slots alone. What a file does not fill is
  /// zero; a file that fails leaves its whole slot zero. Ends by a call of `done` on a thread of
  /// its own, when the batch is let go of: with JobAborted after Abort(). Throws
  /// std::invalid_argument for a request that does not fit the batch, and for a slot that another
  /// decoding of this process writes; std::runtime_error after Close().
  void Decode(std::vector<ClipRequest> requests, ClipBatch batch, Done done);

  /// As MixClips(), on the threads of the decoder. std::runtime_error after Close().
  void Mix(const std::vector<ClipMix>& mixes, const ClipBatch& clips,
           JobPool::Done<MixedClips> done) {
    MixClips(pool_, mixes, clips, std::move(done));
  }

  /// Makes the calls under way end within a frame's time. Later calls work as before.
  void Abort() { pool_.Abort(); }
  /// Aborts, and takes no more calls. Does not wait.
  void Close() { pool_.Close(); }

 private:
  const ReadingOptions options_;
  JobPool pool_;
};

}  // namespace movinet
