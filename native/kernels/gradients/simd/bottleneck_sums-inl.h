// The gradients of a bottleneck's weights while clips are summed. Compiled once for each
// instruction set: see simd/targets.h.
#if defined(MOVINET_KERNELS_BOTTLENECK_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_BOTTLENECK_SUMS_INL_H_
#undef MOVINET_KERNELS_BOTTLENECK_SUMS_INL_H_
#else
#define MOVINET_KERNELS_BOTTLENECK_SUMS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/bottleneck.h"
#include "kernels/gradients/bottleneck_gradient.h"
#include "kernels/gradients/padded_spec.h"
#include "kernels/simd/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Where the sums of each layer lie in one piece of memory: every row whole vectors. A filter is
/// followed by its bias.
struct BottleneckSums {
  /// Floats of all, positions aside.
  size_t count = 0;
  size_t expansion;
  size_t depthwise;
  size_t temporal;
  size_t reduce;
  size_t expand;
  /// [outputs][expanded], and the bias [outputs].
  size_t projection;
  size_t skip;
  /// [frames][squeezed], of as many frames as a clip has.
  size_t positions;

  /// `padded`: of whole vectors, as the sums are.
  BottleneckSums(const BottleneckSpec& padded, const TapShape& space, const TapShape& time)
      : expansion(Take((padded.inputs + 1) * padded.expanded)),
        depthwise(Take(space.floats())),
        temporal(Take(time.floats())),
        reduce(Take((padded.squeezed() + 1) * padded.reduce.bias.size())),
        expand(Take((padded.reduce.bias.size() + 1) * padded.expanded)),
        projection(Take(padded.outputs * padded.expanded + WholeVectors(padded.outputs, kLanes))),
        skip(Take((padded.inputs + 1) * WholeVectors(padded.outputs, kLanes))),
        positions(count) {}

  /// Floats of all, with or without positions.
  size_t Count(const BottleneckSpec& padded, size_t frames, bool with_positions) const {
    return count + (with_positions ? frames * padded.squeezed() : 0);
  }

  /// The sums as `spec`, which is not padded, has its weights; positions of so many frames.
  void Unpack(const BottleneckSpec& spec, size_t frames, const float* sums,
              const BottleneckGradients& to) const {
    const size_t channels = spec.expanded;
    const size_t columns = WholeVectors(channels, kLanes);
    const TapShape space{spec.split ? 1 : spec.kernel_frames, spec.kernel_size, channels};
    CopyMatrix(sums + expansion, columns, spec.inputs, channels, to.expansion);
    CopyTaps(sums + depthwise, space, to.depthwise);
    if (spec.split && spec.kernel_frames > 1)
      CopyTaps(sums + temporal, {spec.kernel_frames, 1, channels}, to.temporal);
    for (size_t c = 0; c < channels; ++c) {
      for (size_t o = 0; o < spec.outputs; ++o)
        to.projection.filter[c * spec.outputs + o] = sums[projection + o * columns + c];
    }
    std::copy_n(sums + projection + spec.outputs * columns, spec.outputs, to.projection.bias);
    if (to.skip.filter != nullptr) {
      CopyMatrix(sums + skip, WholeVectors(spec.outputs, kLanes), spec.inputs, spec.outputs,
                 to.skip);
    }
    if (spec.squeeze == Squeeze::kNone) return;
    const size_t narrow = spec.reduce.bias.size();
    const size_t hidden = WholeVectors(narrow, kLanes);
    const size_t parts = spec.squeezed() / channels;
    if (to.positions != nullptr) {
      for (size_t part = 0; part < frames * parts; ++part)
        std::copy_n(sums + positions + part * columns, channels, to.positions + part * channels);
    }
    for (size_t part = 0; part < parts; ++part) {
      const float* from = sums + reduce + part * columns * hidden;
      for (size_t c = 0; c < channels; ++c)
        std::copy_n(from + c * hidden, narrow, to.reduce.filter + (part * channels + c) * narrow);
    }
    std::copy_n(sums + reduce + parts * columns * hidden, narrow, to.reduce.bias);
    for (size_t h = 0; h < narrow; ++h)
      std::copy_n(sums + expand + h * columns, channels, to.expand.filter + h * channels);
    std::copy_n(sums + expand + hidden * columns, channels, to.expand.bias);
  }

 private:
  size_t Take(size_t floats) {
    const size_t at = count;
    count += floats;
    return at;
  }

  /// Rows of `stride` and a bias behind them.
  static void CopyMatrix(const float* from, size_t stride, size_t rows, size_t columns,
                         const WeightGradient& to) {
    for (size_t r = 0; r < rows; ++r)
      std::copy_n(from + r * stride, columns, to.filter + r * columns);
    std::copy_n(from + rows * stride, columns, to.bias);
  }

  static void CopyTaps(const float* from, const TapShape& shape, const WeightGradient& to) {
    shape.Each([&](size_t index, size_t place, bool bias) {
      (bias ? to.bias : to.filter)[index] = from[place];
    });
  }
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_BOTTLENECK_SUMS_INL_H_
