#include "kernels/products.h"

#include <hwy/detect_compiler_arch.h>
#include <hwy/targets.h>

namespace movinet::kernels {

bool HasProducts(Products products) {
  if (products == Products::kFloat32) return true;
#if HWY_ARCH_X86_64
  return (hwy::SupportedTargets() & HWY_AVX3) != 0 && __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

}  // namespace movinet::kernels
