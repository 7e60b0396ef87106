#include "kernels/stem.h"

#include <stdexcept>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/stem.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <optional>

#include "kernels/parallel.h"
#include "kernels/prefetch.h"
#include "kernels/scratch.h"
#include "kernels/simd/pointwise-inl.h"
#include "kernels/simd/stem_planes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {

template <Activation kActivation>
class StemKernel : public Stem {
 public:
  explicit StemKernel(const StemSpec& spec)
      : spec_(spec),
        taps_(spec.kernel_size * spec.kernel_size * spec.inputs),
        packed_(spec.weights, taps_, spec.outputs) {
#if HWY_TARGET != HWY_SCALAR
    if (StemPlanes<kActivation>::Fits(spec)) planes_.emplace(spec);
#endif
    spec_.weights = {};
  }

  void Run(const ClipShape& in, size_t batch, const float* input, float* output,
           size_t threads) const override {
    RequireClip(in, spec_.inputs);
    const ClipShape out = spec_.OutputShape(in);
    // Parts of some rows: enough of them that no thread waits long for another.
    constexpr size_t kRows = 8;
    const size_t parts = (out.height + kRows - 1) / kRows;
    ParallelFor(batch * parts, threads, [&](size_t index) HWY_ATTR {
      const size_t clip = index / parts;
      const size_t from = index % parts * kRows;
      const size_t to = std::min(out.height, from + kRows);
      const size_t row_floats = out.row_pixels() * out.channels;
      const auto frame_floats = static_cast<ptrdiff_t>(in.height * in.width * in.channels);
      const auto part_floats =
          static_cast<ptrdiff_t>(kRows * spec_.stride * in.width * in.channels);
      for (size_t t = 0; t < in.frames; ++t) {
        const auto before = static_cast<ptrdiff_t>(t) * frame_floats;
        const float* frame = input + clip * in.frames * static_cast<size_t>(frame_floats) + before;
        // To the same rows of the frame that follows, or the next rows of the first.
        const ptrdiff_t ahead = t + 1 < in.frames ? frame_floats : part_floats - before;
        float* rows = output + clip * out.size() + from * row_floats + t * out.channels;
        FrameRows(in, out, frame, ahead, {from, to}, rows);
      }
    });
  }

 private:
  struct RowRange {
    size_t from;
    size_t to;
  };

  /// Output rows of one frame. The rows that are needed after these lie `ahead` floats behind them.
  void FrameRows(const ClipShape& in, const ClipShape& out, const float* frame, ptrdiff_t ahead,
                 RowRange range, float* rows) const {
    const size_t row_floats = out.row_pixels() * out.channels;
#if HWY_TARGET != HWY_SCALAR
    if (planes_) {
      planes_->Rows(in, frame, ahead, range.from, range.to, rows, out.frames * out.channels,
                    row_floats);
      return;
    }
#endif
    const size_t input_rows = spec_.stride * in.width * in.channels;
    for (size_t y = range.from; y < range.to; ++y, rows += row_floats) {
      PrefetchFloats(frame + y * input_rows + ahead, input_rows);
      Row(in, out, frame, y, rows);
    }
  }

  /// Row `y` of a frame's results: as a product of pixels and weights, where a pixel's "channels"
  /// are the kernel's rows, read from where they lie.
  void Row(const ClipShape& in, const ClipShape& out, const float* frame, size_t y,
           float* row) const {
    const SamePadding down(in.height, spec_.kernel_size, spec_.stride);
    const SamePadding across(in.width, spec_.kernel_size, spec_.stride);
    const size_t run = spec_.kernel_size * in.channels;
    const size_t in_row = in.width * in.channels;
    const bool whole_rows = y * spec_.stride >= down.before &&
                            y * spec_.stride + spec_.kernel_size <= down.before + in.height;
    // Pixels whose columns are all in the frame.
    const size_t first = std::min(out.width, (across.before + spec_.stride - 1) / spec_.stride);
    size_t end = first;
    if (whole_rows && in.width + across.before >= spec_.kernel_size) {
      end = std::max(
          first,
          std::min(out.width, (in.width + across.before - spec_.kernel_size) / spec_.stride + 1));
    }
    if (end > first) {
      const size_t top = y * spec_.stride - down.before;
      const size_t left = first * spec_.stride - across.before;
      const PixelRuns pixels{frame + top * in_row + left * in.channels, spec_.stride * in.channels,
                             taps_, run, in_row};
      Multiply(pixels, end - first, row + first * out.frames * out.channels,
               out.frames * out.channels);
    }
    for (size_t x = 0; x < out.width; ++x) {
      if (x == first) x = end;
      if (x < out.width)
        EdgePixel(in, frame, {y, x}, {&down, &across}, row + x * out.frames * out.channels);
    }
  }

  struct Place {
    size_t y;
    size_t x;
  };
  struct Paddings {
    const SamePadding* down;
    const SamePadding* across;
  };

  /// One pixel whose kernel reaches past the frame.
  void EdgePixel(const ClipShape& in, const float* frame, Place at, Paddings padding,
                 float* out) const {
    float* patch = Scratch::OfThread().Get<float>(Scratch::kRow, taps_);
    std::fill_n(patch, taps_, 0.0f);
    for (size_t ky = 0; ky < spec_.kernel_size; ++ky) {
      const size_t y = at.y * spec_.stride + ky;
      if (y < padding.down->before || y - padding.down->before >= in.height) continue;
      for (size_t kx = 0; kx < spec_.kernel_size; ++kx) {
        const size_t x = at.x * spec_.stride + kx;
        if (x < padding.across->before || x - padding.across->before >= in.width) continue;
        const size_t pixel = (y - padding.down->before) * in.width + (x - padding.across->before);
        std::copy_n(frame + pixel * in.channels, in.channels,
                    patch + (ky * spec_.kernel_size + kx) * in.channels);
      }
    }
    Multiply(DensePixels(patch, taps_), 1, out, 0);
  }

  void Multiply(const PixelRuns& pixels, size_t count, float* out, size_t pixel_stride) const {
    for (const Panel& panel : packed_.panels()) {
      const PixelOutput to{out + panel.block * kLanes, pixel_stride, kLanes, nullptr, nullptr};
      Pointwise<kActivation>(pixels, count, packed_, panel, to);
    }
  }

  StemSpec spec_;
  size_t taps_;
  PackedWeights packed_;
#if HWY_TARGET != HWY_SCALAR
  /// Where the outputs are too few for vectors of channels.
  std::optional<StemPlanes<kActivation>> planes_;
#endif
};

inline Stem* NewStem(const StemSpec& spec) { return NewByActivation<StemKernel, Stem>(spec); }

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace movinet::kernels {
namespace {
HWY_EXPORT(NewStem);
}  // namespace

std::string StemSpec::Problem() const {
  if (!AreChannels(outputs)) return ChannelsProblem();
  if (inputs == 0 || inputs > kMostChannels) return "a kernel has input channels";
  if (kernel_size == 0 || kernel_size > 7) return "a kernel has 1 to 7 rows and columns";
  if (stride != 1 && stride != 2) return "the stride is 1 or 2";
  if (activation == Activation::kNone)
    return "its activation is one of ReLU6, swish and hard swish";
  if (!weights.Fits(kernel_size * kernel_size * inputs * outputs, outputs))
    return "the weights have another size";
  return {};
}

ClipShape StemSpec::OutputShape(const ClipShape& input) const {
  return {(input.height + stride - 1) / stride, (input.width + stride - 1) / stride, input.frames,
          outputs};
}

std::unique_ptr<Stem> MakeStem(const StemSpec& spec) {
  const std::string problem = spec.Problem();
  if (!problem.empty()) throw std::invalid_argument("A fused stem: " + problem);
  return std::unique_ptr<Stem>(HWY_DYNAMIC_DISPATCH(NewStem)(spec));
}

}  // namespace movinet::kernels
#endif  // HWY_ONCE
