#pragma once

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <new>

namespace movinet::kernels {

/// Floats that start at a vector's boundary.
using AlignedFloats = hwy::AlignedFreeUniquePtr<float[]>;

/// Throws std::bad_alloc.
inline AlignedFloats AllocateFloats(size_t count) {
  AlignedFloats floats = hwy::AllocateAligned<float>(count);
  if (!floats) throw std::bad_alloc();
  return floats;
}

}  // namespace movinet::kernels
