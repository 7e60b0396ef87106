// Weights of matrix products for the way back. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_TRANSPOSED_PANELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_TRANSPOSED_PANELS_INL_H_
#undef MOVINET_KERNELS_TRANSPOSED_PANELS_INL_H_
#else
#define MOVINET_KERNELS_TRANSPOSED_PANELS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <vector>

#include "kernels/gradients/padded_spec.h"
#include "kernels/simd/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Weights [inputs, outputs] of whole vectors, panel by panel of `there`: [columns of the panel,
/// inputs].
inline std::vector<PackedWeights> TransposedPanels(const Weights& weights, size_t inputs,
                                                   const PackedWeights& there) {
  const Weights back = Transposed(weights, inputs, there.outputs());
  std::vector<PackedWeights> packed;
  for (const Panel& panel : there.panels()) {
    const auto from =
        back.filter.begin() + static_cast<std::ptrdiff_t>(panel.block * kLanes * inputs);
    const Weights rows{{from, from + static_cast<std::ptrdiff_t>(panel.columns() * inputs)},
                       back.bias};
    packed.emplace_back(rows, panel.columns(), inputs);
  }
  return packed;
}

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_TRANSPOSED_PANELS_INL_H_
