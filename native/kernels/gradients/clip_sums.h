#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/parallel.h"
#include "kernels/scratch.h"

namespace movinet::kernels {

/// A batch's clips are summed in at most so many groups, so that the memory is bounded and the
/// order of the sums the same, whatever the threads.
constexpr size_t kClipGroups = 32;

/// Sums over the clips of a batch: `body(clip, sums)` adds a clip's part to `count` floats, which
/// begin as zeros. The result lies in the calling thread's scratch memory.
template <class Body>
const float* SumOverClips(size_t batch, size_t count, size_t threads, const Body& body) {
  const size_t groups = std::min(batch, kClipGroups);
  float* sums = Scratch::OfThread().Get<float>(Scratch::kClipSums, groups * count);
  ParallelFor(groups, threads, [&](size_t group) {
    float* own = sums + group * count;
    std::fill_n(own, count, 0.0F);
    for (size_t clip = group; clip < batch; clip += groups) body(clip, own);
  });
  constexpr size_t kPiece = 8192;
  ParallelFor((count + kPiece - 1) / kPiece, threads, [&](size_t piece) {
    const size_t end = std::min(count, (piece + 1) * kPiece);
    for (size_t group = 1; group < groups; ++group) {
      const float* other = sums + group * count;
      for (size_t i = piece * kPiece; i < end; ++i) sums[i] += other[i];
    }
  });
  return sums;
}

}  // namespace movinet::kernels
