#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "kernels/bottleneck.h"

namespace movinet::kernels::reference {

/// The operations of the fused kernels, written down plainly in double precision, on
/// [height][width][frames][channels].
struct Clip {
  ClipShape shape;
  std::vector<double> values;

  explicit Clip(const ClipShape& of) : shape(of), values(of.size()) {}
  double& at(size_t y, size_t x, size_t t, size_t c) {
    return values[((y * shape.width + x) * shape.frames + t) * shape.channels + c];
  }
  double at(size_t y, size_t x, size_t t, size_t c) const {
    return values[((y * shape.width + x) * shape.frames + t) * shape.channels + c];
  }
};

inline double Activate(Activation activation, double x) {
  const auto relu6 = [](double v) { return std::min(std::max(v, 0.0), 6.0); };
  switch (activation) {
    case Activation::kRelu6:
      return relu6(x);
    case Activation::kSwish:
      return x / (1.0 + std::exp(-x));
    case Activation::kHardSwish:
      return x * relu6(x + 3.0) / 6.0;
    case Activation::kNone:
      break;
  }
  return x;
}

/// The nearest number with 8 significant bits, of two as near the even one.
inline double ToBfloat16(double value) {
  if (value == 0.0) return 0.0;
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  return std::ldexp(std::nearbyint(std::ldexp(fraction, 8)), exponent - 8);
}

/// One pixel's channels to others.
inline Clip Pointwise(const Clip& in, const Weights& weights, Activation activation,
                      Products products = Products::kFloat32) {
  const auto factor = [&](double value) {
    return products == Products::kBfloat16 ? ToBfloat16(value) : value;
  };
  ClipShape shape = in.shape;
  shape.channels = weights.bias.size();
  Clip out(shape);
  const size_t pixels = shape.height * shape.row_pixels();
  for (size_t p = 0; p < pixels; ++p) {
    for (size_t o = 0; o < shape.channels; ++o) {
      double sum = weights.bias[o];
      for (size_t i = 0; i < in.shape.channels; ++i) {
        sum += factor(in.values[p * in.shape.channels + i]) *
               factor(weights.filter[i * shape.channels + o]);
      }
      out.values[p * shape.channels + o] = Activate(activation, sum);
    }
  }
  return out;
}

struct Kernel {
  size_t frames;
  size_t size;
  size_t stride;
  bool causal;
};

/// `before`: frames in front of the clip; zeros where there are none.
inline Clip Depthwise(const Clip& in, const Weights& weights, const Kernel& kernel,
                      Activation activation, const Clip* before = nullptr) {
  const SamePadding down(in.shape.height, kernel.size, kernel.stride);
  const SamePadding across(in.shape.width, kernel.size, kernel.stride);
  const auto first =
      static_cast<int64_t>(kernel.causal ? kernel.frames - 1 : (kernel.frames - 1) / 2);
  const size_t channels = in.shape.channels;
  Clip out({down.outputs, across.outputs, in.shape.frames, channels});
  const auto input = [&](int64_t y, int64_t x, int64_t t, size_t c) {
    if (y < 0 || x < 0 || y >= static_cast<int64_t>(in.shape.height) ||
        x >= static_cast<int64_t>(in.shape.width))
      return 0.0;
    if (t >= static_cast<int64_t>(in.shape.frames)) return 0.0;
    if (t >= 0) return in.at(y, x, t, c);
    if (before == nullptr) return 0.0;
    return before->at(y, x, t + static_cast<int64_t>(before->shape.frames), c);
  };
  for (size_t y = 0; y < down.outputs; ++y) {
    for (size_t x = 0; x < across.outputs; ++x) {
      for (size_t t = 0; t < in.shape.frames; ++t) {
        for (size_t c = 0; c < channels; ++c) {
          double sum = weights.bias[c];
          size_t tap = 0;
          for (size_t kt = 0; kt < kernel.frames; ++kt) {
            for (size_t ky = 0; ky < kernel.size; ++ky) {
              for (size_t kx = 0; kx < kernel.size; ++kx, ++tap) {
                sum += weights.filter[tap * channels + c] *
                       input(static_cast<int64_t>(y * kernel.stride + ky) -
                                 static_cast<int64_t>(down.before),
                             static_cast<int64_t>(x * kernel.stride + kx) -
                                 static_cast<int64_t>(across.before),
                             static_cast<int64_t>(t + kt) - first, c);
              }
            }
          }
          out.at(y, x, t, c) = Activate(activation, sum);
        }
      }
    }
  }
  return out;
}

/// 3 × 3 means with a stride of 2, of the pixels that there are.
inline Clip MeanPool(const Clip& in) {
  Weights ones{std::vector<float>(9 * in.shape.channels, 1.0F),
               std::vector<float>(in.shape.channels, 0.0F)};
  const Kernel kernel{1, 3, 2, false};
  Clip sums = Depthwise(in, ones, kernel, Activation::kNone);
  Clip every(in.shape);
  std::fill(every.values.begin(), every.values.end(), 1.0);
  const Clip counts = Depthwise(every, ones, kernel, Activation::kNone);
  for (size_t i = 0; i < sums.values.size(); ++i) sums.values[i] /= counts.values[i];
  return sums;
}

/// What a bottleneck carries from piece to piece, of one clip.
struct State {
  Clip frames;
  std::vector<double> sums;
  int64_t seen = 0;
};

inline void Excite(const BottleneckSpec& spec, const std::vector<float>& positions, State* state,
                   Clip& x) {
  const auto [height, width, frames, channels] = x.shape;
  const size_t squeezed = spec.squeezed();
  Clip means({1, 1, frames, channels});
  std::vector<double> clip_mean(channels);
  for (size_t t = 0; t < frames; ++t) {
    for (size_t c = 0; c < channels; ++c) {
      double sum = 0.0;
      for (size_t y = 0; y < height; ++y) {
        for (size_t xx = 0; xx < width; ++xx) sum += x.at(y, xx, t, c);
      }
      means.at(0, 0, t, c) = sum / static_cast<double>(height * width);
      clip_mean[c] += means.at(0, 0, t, c) / static_cast<double>(frames);
    }
  }
  Clip in({1, 1, frames, squeezed});
  std::vector<double> total = state == nullptr ? std::vector<double>(channels) : state->sums;
  const int64_t seen = state == nullptr ? 0 : state->seen;
  for (size_t t = 0; t < frames; ++t) {
    for (size_t c = 0; c < channels; ++c) {
      const double frame = means.at(0, 0, t, c);
      total[c] += frame;
      const double past = total[c] / static_cast<double>(seen + static_cast<int64_t>(t) + 1);
      switch (spec.squeeze) {
        case Squeeze::kClip:
          in.at(0, 0, t, c) = clip_mean[c];
          break;
        case Squeeze::kFrame:
          in.at(0, 0, t, c) = frame;
          break;
        case Squeeze::kPast:
          in.at(0, 0, t, c) = past;
          break;
        case Squeeze::kPastAndFrame:
        case Squeeze::kClipAndFrame:
          in.at(0, 0, t, c) = spec.squeeze == Squeeze::kPastAndFrame ? past : clip_mean[c];
          in.at(0, 0, t, channels + c) = frame;
          break;
        case Squeeze::kNone:
          break;
      }
    }
  }
  for (size_t i = 0; i < positions.size(); ++i) in.values[i] += positions[i];
  const Clip factors =
      Pointwise(Pointwise(in, spec.reduce, spec.activation), spec.expand, Activation::kNone);
  const auto gate = [&](double v) {
    switch (spec.gate) {
      case Gate::kSigmoid:
        return 1.0 / (1.0 + std::exp(-v));
      case Gate::kHardSigmoid:
        return Activate(Activation::kRelu6, v + 3.0) * 0.16667F;
      case Gate::kKerasHardSigmoid:
        break;
    }
    return std::min(std::max(0.2 * v + 0.5, 0.0), 1.0);
  };
  for (size_t i = 0; i < x.values.size(); ++i)
    x.values[i] *= gate(factors.values[i % (frames * channels)]);
  if (state != nullptr) {
    state->sums = std::move(total);
    state->seen += static_cast<int64_t>(frames);
  }
}

/// `scale`: of what is added to the way around.
inline Clip RunBottleneck(const BottleneckSpec& spec, const Clip& x,
                          const std::vector<float>& positions = {}, State* state = nullptr,
                          double scale = 1.0) {
  const Clip expanded = Pointwise(x, spec.expansion, spec.activation, spec.products);
  const Kernel space{spec.split ? 1 : spec.kernel_frames, spec.kernel_size, spec.stride,
                     spec.causal};
  Clip feature = Depthwise(expanded, spec.depthwise, space, spec.activation);
  if (spec.split && spec.kernel_frames > 1) {
    const Clip spatial = feature;
    feature = Depthwise(spatial, spec.temporal, {spec.kernel_frames, 1, 1, spec.causal},
                        spec.activation, state == nullptr ? nullptr : &state->frames);
    if (state != nullptr) {
      Clip& kept = state->frames;
      Clip all({kept.shape.height, kept.shape.width, kept.shape.frames + spatial.shape.frames,
                kept.shape.channels});
      for (size_t y = 0; y < kept.shape.height; ++y) {
        for (size_t xx = 0; xx < kept.shape.width; ++xx) {
          for (size_t c = 0; c < kept.shape.channels; ++c) {
            for (size_t t = 0; t < all.shape.frames; ++t) {
              all.at(y, xx, t, c) = t < kept.shape.frames
                                        ? kept.at(y, xx, t, c)
                                        : spatial.at(y, xx, t - kept.shape.frames, c);
            }
            for (size_t t = 0; t < kept.shape.frames; ++t)
              kept.at(y, xx, t, c) = all.at(y, xx, spatial.shape.frames + t, c);
          }
        }
      }
    }
  }
  if (spec.squeeze != Squeeze::kNone) Excite(spec, positions, state, feature);
  Clip out = Pointwise(feature, spec.projection, Activation::kNone, spec.products);
  Clip around = spec.pool ? MeanPool(x) : x;
  if (!spec.skip.filter.empty())
    around = Pointwise(around, spec.skip, Activation::kNone, spec.products);
  for (size_t i = 0; i < out.values.size(); ++i)
    out.values[i] = out.values[i] * scale + around.values[i];
  return out;
}

/// Numbers as trained weights have them.
class Numbers {
 public:
  std::vector<float> Uniform(size_t count, float from, float to) {
    std::uniform_real_distribution<float> distribution(from, to);
    std::vector<float> values(count);
    for (float& value : values) value = distribution(engine_);
    return values;
  }
  Weights Layer(size_t inputs, size_t filter, size_t outputs) {
    const float range = std::sqrt(3.0F / static_cast<float>(inputs));
    return {Uniform(filter, -range, range), Uniform(outputs, -0.5F, 0.5F)};
  }
  /// Fills in the weights of a spec.
  void Fill(BottleneckSpec& spec, bool projected) {
    const size_t area = spec.kernel_size * spec.kernel_size;
    const size_t frames = spec.split ? 1 : spec.kernel_frames;
    spec.expansion = Layer(spec.inputs, spec.inputs * spec.expanded, spec.expanded);
    spec.depthwise = Layer(area * frames, area * frames * spec.expanded, spec.expanded);
    if (spec.split && spec.kernel_frames > 1) {
      spec.temporal = Layer(spec.kernel_frames, spec.kernel_frames * spec.expanded, spec.expanded);
    }
    spec.projection = Layer(spec.expanded, spec.expanded * spec.outputs, spec.outputs);
    if (projected) spec.skip = Layer(spec.inputs, spec.inputs * spec.outputs, spec.outputs);
    if (spec.squeeze == Squeeze::kNone) return;
    const size_t hidden = std::max<size_t>(8, spec.squeezed() / 4 / 8 * 8);
    spec.reduce = Layer(spec.squeezed(), spec.squeezed() * hidden, hidden);
    spec.expand = Layer(hidden, hidden * spec.expanded, spec.expanded);
  }

 private:
  std::mt19937 engine_{7};
};

}  // namespace movinet::kernels::reference
