// An inverted bottleneck on vectors. Compiled once for each instruction set: see bottleneck.cc.
#if defined(MOVINET_KERNELS_BOTTLENECK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_BOTTLENECK_INL_H_
#undef MOVINET_KERNELS_BOTTLENECK_INL_H_
#else
#define MOVINET_KERNELS_BOTTLENECK_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>

#include "kernels/bottleneck.h"
#include "kernels/parallel.h"
#include "kernels/scratch.h"
#include "kernels/simd/add_scaled-inl.h"
#include "kernels/simd/bottleneck_feature-inl.h"
#include "kernels/simd/bottleneck_plan-inl.h"
#include "kernels/simd/pointwise-inl.h"
#include "kernels/simd/pooling-inl.h"
#include "kernels/simd/squeeze-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <Activation kActivation>
class BottleneckKernel : public Bottleneck {
 public:
  explicit BottleneckKernel(const BottleneckSpec& spec)
      : spec_(spec),
        feature_(spec),
        projection_(spec.projection, spec.expanded, spec.outputs, spec.products) {
    if (!spec.skip.filter.empty())
      skip_ = PackedWeights(spec.skip, spec.inputs, spec.outputs, spec.products);
    if (spec.squeeze != Squeeze::kNone) squeeze_ = SqueezeExcitation<kActivation>(spec);
    spec_.DropWeights();
  }

  void Run(const ClipShape& shape, size_t batch, const float* input, float* output,
           const BottleneckExtras& extras, size_t threads) const override {
    RequireClip(shape, spec_.inputs);
    const auto [positions, state, scales] = extras;
    if (state != nullptr &&
        !(spec_.causal && (spec_.split || spec_.kernel_frames == 1) && scales == nullptr))
      throw std::invalid_argument("Only a causal, split bottleneck has a state");
    const BottleneckPlan plan(spec_, shape, batch, threads == 0 ? DefaultThreads() : threads);
    if (plan.slots * plan.row_floats > std::numeric_limits<uint32_t>::max())
      throw std::invalid_argument("A clip's rows are too long");
    const auto clip_run = [&, state = state, scales = scales](size_t clip,
                                                              float* feature) HWY_ATTR {
      const size_t kept = spec_.kernel_frames - 1;
      StreamFrames stream{nullptr, 0, kept, plan.out.height, plan.out.width, spec_.expanded};
      if (state != nullptr && state->frames != nullptr) {
        stream.ring =
            state->frames + clip * 2 * kept * plan.out.height * plan.out.width * spec_.expanded;
        stream.oldest = state->oldest;
      }
      return ClipRun{
          &plan,   input + clip * plan.in.size(),           output + clip * plan.out.size(),
          feature, scales == nullptr ? 1.0F : scales[clip], stream};
    };
    const auto gates_of = [&, positions = positions, state = state](size_t clip, float* sums,
                                                                    float* gates) HWY_ATTR {
      if (spec_.squeeze == Squeeze::kNone) return;
      // In an order that no division of the work changes.
      for (size_t i = 1; i < plan.Groups(); ++i) {
        for (size_t j = 0; j < plan.SumFloats(); ++j) sums[j] += sums[i * plan.SumFloats() + j];
      }
      PastFrames past;
      if (state != nullptr && state->sums != nullptr) {
        past = {state->sums + clip * spec_.expanded, state->next_sums + clip * spec_.expanded,
                state->seen};
      }
      squeeze_.Gates(plan.out, sums, positions, past, gates);
    };
    const size_t gate_floats = plan.out.frames * plan.blocks * kLanes;
    if (plan.parts == 1) {
      ParallelFor(batch, threads, [&](size_t clip) HWY_ATTR {
        Scratch& scratch = Scratch::OfThread();
        const ClipRun run =
            clip_run(clip, scratch.Get<float>(Scratch::kFeature, plan.FeatureFloats()));
        float* sums = scratch.Get<float>(Scratch::kSums, plan.Groups() * plan.SumFloats());
        float* gates = scratch.Get<float>(Scratch::kGates, gate_floats);
        RunFeature(run, 0, plan.out.height, sums);
        if (plan.by_rows) return;
        gates_of(clip, sums, gates);
        ProjectRows(run, 0, plan.out.height, gates);
      });
      return;
    }
    const auto each_part = [&](const auto& body) HWY_ATTR {
      ParallelFor(batch * plan.parts, threads, [&](size_t index) HWY_ATTR {
        const auto row = [&](size_t part) HWY_ATTR {
          return std::min(plan.out.height, plan.Groups() * part / plan.parts * plan.group);
        };
        const size_t part = index % plan.parts;
        body(index / plan.parts, row(part), row(part + 1));
      });
    };
    if (plan.by_rows) {
      each_part([&](size_t clip, size_t from, size_t to) HWY_ATTR {
        RunFeature(
            clip_run(clip, Scratch::OfThread().Get<float>(Scratch::kFeature, plan.FeatureFloats())),
            from, to, nullptr);
      });
      return;
    }
    // All memory that threads share belongs to the caller's.
    Scratch& scratch = Scratch::OfThread();
    float* features = scratch.Get<float>(Scratch::kShared, batch * plan.FeatureFloats());
    const size_t sum_floats = plan.Groups() * plan.SumFloats();
    float* sums = scratch.Get<float>(Scratch::kSums, batch * sum_floats);
    float* gates = scratch.Get<float>(Scratch::kGates, batch * gate_floats);
    each_part([&](size_t clip, size_t from, size_t to) HWY_ATTR {
      RunFeature(clip_run(clip, features + clip * plan.FeatureFloats()), from, to,
                 sums + clip * sum_floats);
    });
    for (size_t clip = 0; clip < batch; ++clip) {
      gates_of(clip, sums + clip * sum_floats, gates + clip * gate_floats);
    }
    each_part([&](size_t clip, size_t from, size_t to) HWY_ATTR {
      ProjectRows(clip_run(clip, features + clip * plan.FeatureFloats()), from, to,
                  gates + clip * gate_floats);
    });
  }

 private:
  /// Rows `from` … `to` - 1 up to the projection, which follows at once where nothing needs the
  /// whole clip.
  void RunFeature(const ClipRun& run, size_t from, size_t to, float* sums) const {
    if (run.scale == 0.0F) {
      const size_t group = run.plan->group;
      if (sums != nullptr) {
        std::fill(sums + from / group * run.plan->SumFloats(),
                  sums + (to + group - 1) / group * run.plan->SumFloats(), 0.0F);
      }
      if (run.plan->by_rows) ProjectRows(run, from, to, nullptr);
      return;
    }
    feature_.Run(run, from, to, spec_.squeeze == Squeeze::kNone ? nullptr : sums,
                 [&](size_t y, size_t rows) HWY_ATTR { Project(run, y, rows, nullptr); });
  }

  /// Gates, projection and the way around of output rows `from` … `to` - 1.
  void ProjectRows(const ClipRun& run, size_t from, size_t to, const float* gates) const {
    for (size_t y = from; y < to; y += run.plan->group)
      Project(run, y, std::min(run.plan->group, to - y), gates);
  }

  void Project(const ClipRun& run, size_t y, size_t rows, const float* gates) const {
    const BottleneckPlan& plan = *run.plan;
    const size_t pixels = rows * plan.out.row_pixels();
    const float* around = Around(run, y, rows);
    float* out = run.output + y * plan.out.row_pixels() * spec_.outputs;
    if (run.scale == 0.0F) {
      std::copy_n(around, pixels * spec_.outputs, out);
      return;
    }
    float* feature = run.FeatureOf(y);
    if (spec_.squeeze != Squeeze::kNone) {
      MultiplyFrames(gates, plan.blocks, rows * plan.out.width, plan.out.frames, feature);
    }
    const float* cells = feature;
    if (!BottleneckFeature<kActivation>::GivesPairs(spec_)) {
      cells =
          CellsOf(spec_.products, feature, pixels * plan.blocks * kLanes, Scratch::kFeaturePairs);
    }
    const size_t values = CellValues(spec_.products);
    const size_t lanes = kLanes / values;
    const PixelRuns in{cells, lanes, spec_.expanded / values, lanes, pixels * lanes};
    if (run.scale == 1.0F) {
      Pointwise<Activation::kNone>(in, pixels, projection_, out, around);
      return;
    }
    Pointwise<Activation::kNone>(in, pixels, projection_, out);
    AddScaled(out, run.scale, around, pixels * spec_.outputs, out);
  }

  /// The way around of output rows `y` … `y + rows - 1`.
  const float* Around(const ClipRun& run, size_t y, size_t rows) const {
    const BottleneckPlan& plan = *run.plan;
    Scratch& scratch = Scratch::OfThread();
    const size_t pixels = rows * plan.out.row_pixels();
    const float* around = run.input + y * plan.in.row_pixels() * plan.in.channels;
    if (!skip_) return around;
    if (spec_.pool) {
      float* pooled = scratch.Get<float>(Scratch::kRow, pixels * plan.in.channels);
      MeanPool(plan.in, run.input, y, rows, pooled);
      around = pooled;
    }
    float* skipped = scratch.Get<float>(Scratch::kSkip, pixels * spec_.outputs);
    const float* cells =
        CellsOf(spec_.products, around, pixels * spec_.inputs, Scratch::kSkipPairs);
    Pointwise<Activation::kNone>(DensePixels(cells, spec_.inputs / CellValues(spec_.products)),
                                 pixels, skip_, skipped);
    return skipped;
  }

  BottleneckSpec spec_;
  BottleneckFeature<kActivation> feature_;
  PackedWeights projection_;
  PackedWeights skip_;
  SqueezeExcitation<kActivation> squeeze_;
};

inline Bottleneck* NewBottleneck(const BottleneckSpec& spec) {
  return NewByActivation<BottleneckKernel, Bottleneck>(spec);
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_BOTTLENECK_INL_H_
