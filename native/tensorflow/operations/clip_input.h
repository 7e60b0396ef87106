#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernels/activation.h"
#include "kernels/clip_shape.h"
#include "kernels/products.h"
#include "tensorflow/operations/kernel_context.h"

// What the operations on clips have in common: attributes by their names, and what they are fed.
namespace movinet {

inline constexpr char kActivation[] = "activation: {'relu6', 'swish', 'hard_swish'}";
inline constexpr char kProducts[] = "products: {'float32', 'bfloat16'} = 'float32'";
/// 0: as many as TensorFlow takes for one operation.
inline constexpr char kThreads[] = "threads: int >= 0 = 0";
/// More values than one activation may have: what is counted in them stays far from overflow.
inline constexpr size_t kMostValues = size_t{1} << 40;

inline kernels::Activation ActivationOf(const Attributes& attributes) {
  const std::string name = attributes.Text("activation");
  if (name == "swish") return kernels::Activation::kSwish;
  if (name == "hard_swish") return kernels::Activation::kHardSwish;
  return kernels::Activation::kRelu6;
}

inline kernels::Products ProductsOf(const Attributes& attributes) {
  return attributes.Text("products") == "bfloat16" ? kernels::Products::kBfloat16
                                                   : kernels::Products::kFloat32;
}

inline size_t CountOf(const Attributes& attributes, const char* name) {
  const int64_t value = attributes.Integer(name);
  if (value < 0 || value > std::numeric_limits<int32_t>::max()) {
    throw std::invalid_argument(std::string(name) + " is out of range");
  }
  return static_cast<size_t>(value);
}

/// One value of several by the name that the attribute has.
template <class Value, size_t kCount>
Value Named(const std::array<std::pair<const char*, Value>, kCount>& values,
            const Attributes& attributes, const char* attribute) {
  const std::string name = attributes.Text(attribute);
  for (const auto& [known, value] : values) {
    if (name == known) return value;
  }
  throw std::invalid_argument(std::string("no ") + attribute + " is called \"" + name + "\"");
}

/// Activations [batch, height, width, frames, channels]. Throws std::invalid_argument for another
/// rank or other channels.
struct ClipInput {
  InputTensor tensor;
  size_t batch;
  kernels::ClipShape shape;

  ClipInput(InputTensor input, size_t channels) : tensor(std::move(input)) {
    const std::vector<int64_t>& sizes = tensor.shape;
    if (sizes.size() != 5 || !tensor.has_values() || static_cast<size_t>(sizes[4]) != channels) {
      throw std::invalid_argument(
          "An operation on clips takes five dimensions above 0, the last of " +
          std::to_string(channels));
    }
    batch = static_cast<size_t>(sizes[0]);
    shape = {static_cast<size_t>(sizes[1]), static_cast<size_t>(sizes[2]),
             static_cast<size_t>(sizes[3]), channels};
  }

  /// Of clips [batch, frames, height, width, channels]: five dimensions as well, but the frames in
  /// front of height and width.
  kernels::ClipShape FramesFirst() const {
    return {shape.width, shape.frames, shape.height, shape.channels};
  }
};

inline std::vector<int64_t> TensorShape(size_t batch, const kernels::ClipShape& shape) {
  if (batch > kMostValues / shape.size())
    throw std::invalid_argument("The activations are too large");
  return {static_cast<int64_t>(batch), static_cast<int64_t>(shape.height),
          static_cast<int64_t>(shape.width), static_cast<int64_t>(shape.frames),
          static_cast<int64_t>(shape.channels)};
}

}  // namespace movinet
