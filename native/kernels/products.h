#pragma once

namespace movinet::kernels {

/// What matrix products multiply. Sums are float32.
enum class Products {
  kFloat32,
  /// Both factors are rounded to 8 significant bits.
  kBfloat16,
};

/// Whether this processor multiplies so: bfloat16 takes AVX-512 BF16.
bool HasProducts(Products products);

}  // namespace movinet::kernels
