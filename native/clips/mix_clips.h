#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "clips/clip_batch.h"
#include "common/job_pool.h"
#include "video/frame_view.h"

namespace movinet {

/// Two slots of a batch that are mixed with each other, frame by frame: by a weight or by a box.
struct ClipMix {
  int64_t first = 0;
  int64_t second = 0;
  /// Each becomes this share of itself and the rest of the other: mix-up.
  std::optional<float> weight;
  /// The two swap this part of their frames: cut-mix.
  std::optional<PixelBox> box;
};

/// Nothing is said of a pair that was mixed.
struct MixedClips {};

/// Mixes pairs of slots of clips in place, uint8 ones rounded, one pair a thread. Ends by a call of
/// `done`, when the clips are let go of: with JobAborted, some frames mixed and others not, after
/// an abort. Throws std::invalid_argument for a batch without clips, a slot outside of them or in
/// two pairs, a pair without either weight or box or with both, a weight outside of [0, 1], a box
/// outside the frame, and a slot that another call of this process writes; std::runtime_error where
/// the pool is closed.
void MixClips(JobPool& pool, const std::vector<ClipMix>& mixes, const ClipBatch& clips,
              JobPool::Done<MixedClips> done);

}  // namespace movinet
