#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "kernels/activation.h"
#include "kernels/clip_shape.h"
#include "kernels/products.h"
#include "kernels/weights.h"

namespace movinet::kernels {

/// What a squeeze-excitation weighs the channels by.
enum class Squeeze {
  kNone,
  /// The mean over the clip: one weight for all frames.
  kClip,
  /// The mean over each frame.
  kFrame,
  /// The mean over all frames up to each.
  kPast,
  /// The last two side by side: [past, frame].
  kPastAndFrame,
  /// The mean over the clip and that over each frame: [clip, frame].
  kClipAndFrame,
};

/// What a squeeze-excitation ends with.
enum class Gate {
  kSigmoid,
  /// relu6(x + 3) · 0.16667.
  kHardSigmoid,
  /// clip(0.2 x + 0.5, 0, 1).
  kKerasHardSigmoid,
};

/// An inverted bottleneck: expansion, depthwise convolution over space and time,
/// squeeze-excitation, projection, and a way around them all. Padding is `SAME`.
struct BottleneckSpec {
  size_t inputs = 0;
  size_t expanded = 0;
  size_t outputs = 0;
  /// 1, 3 or 5.
  size_t kernel_frames = 1;
  /// Rows and columns, up to 7.
  size_t kernel_size = 3;
  /// In space.
  size_t stride = 1;
  /// Frames see no later ones.
  bool causal = false;
  /// The depthwise convolution is one over space and, where the kernel has several frames, one over
  /// time, with an activation behind each.
  bool split = false;
  Activation activation = Activation::kRelu6;
  /// The way around: 3 × 3 means with a stride of 2 first.
  bool pool = false;
  Squeeze squeeze = Squeeze::kNone;
  Gate gate = Gate::kSigmoid;
  /// Of the expansion, the projection and the way around.
  Products products = Products::kFloat32;

  Weights expansion;
  /// [frames, rows, columns, expanded]; one frame where it is split.
  Weights depthwise;
  /// [frames, expanded], where it is split.
  Weights temporal;
  Weights reduce;
  Weights expand;
  Weights projection;
  /// Empty: the input goes around as it is.
  Weights skip;

  /// Empty, or what no kernel can do.
  std::string Problem() const;
  /// What the squeeze-excitation reads.
  size_t squeezed() const;
  ClipShape OutputShape(const ClipShape& input) const;
  /// Once they are packed: sizes and kinds stay.
  void DropWeights();
};

/// What a causal, split bottleneck carries from one piece of a video to the next, of all clips of a
/// batch; what it becomes lies apart from what it was, so that a run that comes to nothing leaves
/// that.
struct BottleneckState {
  /// Frames between the two depthwise convolutions, as slots of a ring: [batch][2 · (kernel_frames
  /// - 1)][height][width][expanded]. The last kernel_frames - 1 begin with slot `oldest`; a run
  /// puts the last ones of its own, kernel_frames - 1 at most, into the slots behind these, and the
  /// next one's `oldest` is as many slots further. nullptr where a kernel has one frame.
  float* frames = nullptr;
  size_t oldest = 0;
  /// [batch][expanded], the sum of the means of all frames so far. nullptr where nothing reads
  /// them.
  const float* sums = nullptr;
  float* next_sums = nullptr;
  /// How many these are.
  int64_t seen = 0;
};

/// What a run may be given beside its clips.
struct BottleneckExtras {
  /// Added to what the squeeze-excitation reads, [frames][squeezed()].
  const float* positions = nullptr;
  const BottleneckState* state = nullptr;
  /// [batch], of what each clip's way around is added to; a clip whose scale is 0 costs nothing but
  /// that way. Not beside a state. Default: 1 each.
  const float* scales = nullptr;
};

/// A bottleneck ready to run, its weights laid out for this processor. Safe to use from several
/// threads.
class Bottleneck {
 public:
  virtual ~Bottleneck() = default;

  /// `threads` as of ParallelFor: the results are the same to the last bit. Throws
  /// std::invalid_argument for an empty shape, another number of inputs, rows of more than 2^32
  /// values, or a state that this bottleneck cannot have.
  virtual void Run(const ClipShape& shape, size_t batch, const float* input, float* output,
                   const BottleneckExtras& extras, size_t threads) const = 0;
};

/// Throws std::invalid_argument with the spec's problem, or for weights of another size.
std::unique_ptr<Bottleneck> MakeBottleneck(const BottleneckSpec& spec);

}  // namespace movinet::kernels
