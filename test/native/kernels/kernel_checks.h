#pragma once

#include "kernels/targets.h"
// The instruction sets that the kernels are compiled for are known first.
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "kernels/guarded_floats.h"
#include "kernels/reference.h"

namespace movinet::kernels {

/// Of the largest magnitude.
constexpr double kTolerance = 5e-6;

/// Calls `body` once for each instruction set that the kernels have and this processor too.
/// Kernels that are made in it use that one.
template <class Body>
void ForEachTarget(const Body& body) {
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  ASSERT_FALSE(targets.empty());
  for (const int64_t target : targets) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

/// The largest difference, of the largest expected magnitude; infinity where a value is missing.
template <class Expected>
double WorstError(const std::vector<float>& actual, const Expected& expected) {
  if (actual.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double error = 0.0;
  double magnitude = 1e-6;
  for (size_t i = 0; i < actual.size(); ++i) {
    if (!std::isfinite(actual[i])) return std::numeric_limits<double>::infinity();
    error = std::max(error, std::abs(static_cast<double>(actual[i]) - expected[i]));
    magnitude = std::max(magnitude, std::abs(static_cast<double>(expected[i])));
  }
  return error / magnitude;
}

/// Clips of a batch, one behind the other, from -1 to 1.
inline std::vector<float> RandomClips(reference::Numbers& numbers, const ClipShape& shape,
                                      size_t batch) {
  return numbers.Uniform(batch * shape.size(), -1.0F, 1.0F);
}

/// One of a batch.
inline reference::Clip ClipOf(const std::vector<float>& clips, const ClipShape& shape,
                              size_t index) {
  reference::Clip clip(shape);
  const auto begin = clips.begin() + static_cast<std::ptrdiff_t>(index * shape.size());
  std::copy_n(begin, shape.size(), clip.values.begin());
  return clip;
}

}  // namespace movinet::kernels
