#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <new>

namespace movinet::kernels {

/// Working memory of one thread, kept from call to call: asking the system for it anew costs more
/// than many a layer. What is in it is undefined. What one large clip took is given back once many
/// smaller ones have followed it.
class Scratch {
 public:
  /// What each piece is for; every piece is one that its user has for himself.
  enum Piece {
    kRing,
    kOffsets,
    kLine,
    kFeature,
    kShared,
    kSums,
    kSqueeze,
    kGates,
    kSkip,
    kRow,
    kInputPairs,
    kFeaturePairs,
    kSkipPairs,
    kSlopes,
    kFeatureSlopes,
    kLineSlopes,
    kFeatureGradient,
    kLineGradient,
    kGradientRing,
    kExpandedGradient,
    kOutputGradient,
    kClipSums,
    kPieces
  };
  /// A piece is as large as the largest of so many wishes in a row, more or less.
  static constexpr size_t kWishes = 4096;

  /// The calling thread's.
  static Scratch& OfThread() {
    static thread_local Scratch scratch;
    return scratch;
  }

  /// At least `count` values, at a vector's boundary. Throws std::bad_alloc.
  template <typename T>
  T* Get(Piece piece, size_t count) {
    if (count > std::numeric_limits<size_t>::max() / sizeof(T)) throw std::bad_alloc();
    return reinterpret_cast<T*>(buffers_.at(piece).Get(count * sizeof(T)));
  }

  /// All that is kept, in bytes.
  size_t size() const {
    size_t sum = 0;
    for (const Buffer& buffer : buffers_) sum += buffer.size;
    return sum;
  }

 private:
  struct Buffer {
    hwy::AlignedFreeUniquePtr<unsigned char[]> data;
    size_t size = 0;
    size_t wishes = 0;
    /// The largest wish of these.
    size_t largest = 0;

    unsigned char* Get(size_t bytes) {
      largest = std::max(largest, bytes);
      if (size < bytes) Resize(bytes);
      if (++wishes == kWishes) {
        if (largest < size / 2) Resize(largest);
        wishes = 0;
        largest = 0;
      }
      return data.get();
    }
    void Resize(size_t bytes) {
      data.reset();
      size = 0;
      data = hwy::AllocateAligned<unsigned char>(bytes);
      if (!data) throw std::bad_alloc();
      size = bytes;
    }
  };
  std::array<Buffer, kPieces> buffers_;
};

}  // namespace movinet::kernels
