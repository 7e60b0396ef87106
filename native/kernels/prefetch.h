#pragma once

#include <hwy/base.h>
#include <hwy/cache_control.h>

#include <cstddef>

namespace movinet::kernels {

/// Of a line of the caches, on all processors that kernels are compiled for.
constexpr size_t kCacheLineFloats = 16;

/// Asks for floats that are needed soon, where the processor could not see that they are next. They
/// may lie anywhere: what cannot be read is left.
HWY_INLINE void PrefetchFloats(const float* floats, size_t count) {
  for (size_t i = 0; i < count; i += kCacheLineFloats) hwy::Prefetch(floats + i);
}

}  // namespace movinet::kernels
