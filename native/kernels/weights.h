#pragma once

#include <cstddef>
#include <string>
#include <vector>

// Channels come in multiples of this: what is half a vector of the widest instruction set. A test
// compiles the kernels for half of it, so that half vectors are tried where none are that wide.
#ifndef MOVINET_CHANNEL_STEP
#define MOVINET_CHANNEL_STEP 8
#endif

namespace movinet::kernels {

constexpr size_t kChannelStep = MOVINET_CHANNEL_STEP;
/// The sizes of weights, products of these, stay far from overflow.
constexpr size_t kMostChannels = size_t{1} << 20;

inline bool AreChannels(size_t count) {
  return count > 0 && count % kChannelStep == 0 && count <= kMostChannels;
}

inline std::string ChannelsProblem() {
  return "channels come in multiples of " + std::to_string(kChannelStep) + ", up to " +
         std::to_string(kMostChannels);
}

/// A convolution's filter, output channels running fastest, beside its bias [outputs].
struct Weights {
  std::vector<float> filter;
  std::vector<float> bias;

  bool Fits(size_t filter_size, size_t outputs) const {
    return filter.size() == filter_size && bias.size() == outputs;
  }
};

}  // namespace movinet::kernels
