#pragma once

#include <memory>
#include <vector>

#include "kernels/kernel_checks.h"

namespace movinet::kernels {

/// Height, width and frames: 1 × 1, narrower than a kernel, lying, standing, odd, rows that are
/// one tile and rows that are several, more frames than are kept expanded at a time.
constexpr ClipShape kSizes[] = {{1, 1, 1, 0}, {1, 7, 2, 0},  {9, 1, 3, 0},  {5, 5, 5, 0},
                                {8, 6, 8, 0}, {13, 2, 9, 0}, {4, 9, 13, 0}, {6, 20, 17, 0},
                                {2, 3, 1, 0}, {3, 70, 1, 0}};

/// What a run of a bottleneck is given beside its spec.
struct Clips {
  ClipShape shape;
  size_t batch;
  std::vector<float> values;
  std::vector<float> positions;
  /// Of what is added to the way around, [batch]; empty: 1 each.
  std::vector<float> scales;

  float ScaleOf(size_t clip) const { return scales.empty() ? 1.0F : scales[clip]; }
};

inline Clips MakeClips(reference::Numbers& numbers, const BottleneckSpec& spec, ClipShape size,
                       size_t batch, bool with_positions) {
  size.channels = spec.inputs;
  Clips clips{size, batch, RandomClips(numbers, size, batch), {}, {}};
  if (with_positions && spec.squeeze != Squeeze::kNone)
    clips.positions = numbers.Uniform(size.frames * spec.squeezed(), -1.0F, 1.0F);
  return clips;
}

inline std::vector<double> Expected(const BottleneckSpec& spec, const Clips& clips) {
  std::vector<double> values;
  for (size_t i = 0; i < clips.batch; ++i) {
    const reference::Clip out = RunBottleneck(spec, ClipOf(clips.values, clips.shape, i),
                                              clips.positions, nullptr, clips.ScaleOf(i));
    values.insert(values.end(), out.values.begin(), out.values.end());
  }
  return values;
}

/// With all that it reads and writes at the edge of its memory.
inline std::vector<float> Compute(const Bottleneck& bottleneck, const BottleneckSpec& spec,
                                  const Clips& clips, size_t threads, Guard guard) {
  GuardedFloats input(clips.values, guard);
  GuardedFloats output(clips.batch * spec.OutputShape(clips.shape).size(), guard);
  GuardedFloats positions(clips.positions, guard);
  GuardedFloats scales(clips.scales, guard);
  bottleneck.Run(clips.shape, clips.batch, input.data(), output.data(),
                 {clips.positions.empty() ? nullptr : positions.data(), nullptr,
                  clips.scales.empty() ? nullptr : scales.data()},
                 threads);
  return output.values();
}

/// Every instruction set, with either guard, on one thread and on several.
inline void ExpectAgreement(const BottleneckSpec& spec, const Clips& clips) {
  SCOPED_TRACE(testing::Message() << "kernel " << spec.kernel_frames << " x " << spec.kernel_size
                                  << ", stride " << spec.stride << (spec.causal ? ", causal" : "")
                                  << (spec.split ? ", split" : "")
                                  << (spec.pool                  ? ", pooled"
                                      : spec.skip.filter.empty() ? ""
                                                                 : ", projected")
                                  << ", squeeze " << static_cast<int>(spec.squeeze) << ", gate "
                                  << static_cast<int>(spec.gate) << ", activation "
                                  << static_cast<int>(spec.activation) << ", channels "
                                  << spec.inputs << " " << spec.expanded << " " << spec.outputs
                                  << ", " << clips.batch << " clips of " << clips.shape.height
                                  << " x " << clips.shape.width << " x " << clips.shape.frames
                                  << (clips.positions.empty() ? "" : ", positions"));
  const std::vector<double> expected = Expected(spec, clips);
  ForEachTarget([&] {
    const std::unique_ptr<Bottleneck> bottleneck = MakeBottleneck(spec);
    EXPECT_LE(WorstError(Compute(*bottleneck, spec, clips, 1, Guard::kBehind), expected),
              kTolerance);
    EXPECT_LE(WorstError(Compute(*bottleneck, spec, clips, 3, Guard::kInFront), expected),
              kTolerance);
  });
}

}  // namespace movinet::kernels
