// Weights of matrix products, as panels of columns. Compiled once for each instruction set: see
// simd/targets.h.
#if defined(MOVINET_KERNELS_PANELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MOVINET_KERNELS_PANELS_INL_H_
#undef MOVINET_KERNELS_PANELS_INL_H_
#else
#define MOVINET_KERNELS_PANELS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <vector>

#include "kernels/packed.h"
#include "kernels/simd/products-inl.h"
#include "kernels/weights.h"

HWY_BEFORE_NAMESPACE();
namespace movinet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of channels. Where channels, which come in multiples of kChannelStep, leave half a
/// vector over, it is the last one.
using Full = hn::ScalableTag<float>;
using Half = hn::Half<Full>;
// Not HWY_MAX_BYTES: without vectors that is 8, but Full one float.
constexpr size_t kLanes = HWY_LANES(float);
constexpr bool kHasHalf = kLanes > kChannelStep;
static_assert(kLanes <= 2 * kChannelStep);

/// Vectors of a panel, a half one counted too: as many as leave the registers enough sums for each.
constexpr bool kManyRegisters = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64;
constexpr size_t kMaxVectors = kManyRegisters ? 5 : 2;

/// Columns of weights that are multiplied at once.
struct Panel {
  /// Its first vector of columns.
  size_t block;
  /// The last one perhaps half.
  size_t vectors;
  bool half;

  size_t columns() const { return vectors * kLanes - (half ? kLanes / 2 : 0); }
};

/// The panels of so many columns, as equal as they come: a small one would load as many pixels for
/// fewer products.
inline std::vector<Panel> PanelsOf(size_t columns) {
  const size_t vectors = (columns + kLanes - 1) / kLanes;
  const size_t count = (vectors + kMaxVectors - 1) / kMaxVectors;
  std::vector<Panel> panels;
  size_t block = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t take = vectors / count + (i < vectors % count ? 1 : 0);
    panels.push_back({block, take, i + 1 == count && columns % kLanes != 0});
    block += take;
  }
  return panels;
}

/// Weights [inputs, outputs] and a bias [outputs], panel by panel: a row of biases, then a row of
/// cells for each input, or each two inputs in bfloat16; half a vector is filled up with zeros, so
/// that all rows are aligned.
class PackedWeights {
 public:
  PackedWeights() = default;
  PackedWeights(const Weights& weights, size_t inputs, size_t outputs,
                Products products = Products::kFloat32)
      : products_(products),
        rows_(inputs / CellValues(products)),
        outputs_(outputs),
        panels_(PanelsOf(outputs)) {
    const size_t blocks = (outputs + kLanes - 1) / kLanes;
    floats_ = AllocateFloats((rows_ + 1) * blocks * kLanes);
    for (const Panel& panel : panels_) {
      float* row = floats_.get() + Offset(panel);
      PackRow(panel, weights.bias.data(), row);
      for (size_t i = 0; i < rows_; ++i) {
        row += panel.vectors * kLanes;
        const float* filter = weights.filter.data() + i * CellValues(products) * outputs;
        if (products == Products::kFloat32) {
          PackRow(panel, filter, row);
        } else {
          PackPairs(panel, filter, filter + outputs, row);
        }
      }
    }
  }

  explicit operator bool() const { return floats_ != nullptr; }
  Products products() const { return products_; }
  size_t outputs() const { return outputs_; }
  const std::vector<Panel>& panels() const { return panels_; }
  const float* Of(const Panel& panel) const { return floats_.get() + Offset(panel); }

 private:
  size_t Offset(const Panel& panel) const { return (rows_ + 1) * panel.block * kLanes; }

  static void PackRow(const Panel& panel, const float* columns, float* row) {
    for (size_t j = 0; j < panel.vectors * kLanes; ++j)
      row[j] = j < panel.columns() ? columns[panel.block * kLanes + j] : 0.0f;
  }

  /// Column by column, one of each row.
  static void PackPairs(const Panel& panel, const float* first, const float* second, float* row) {
    constexpr size_t kMost = 2 * kMaxVectors * kLanes;
    float pairs[kMost] = {};
    for (size_t j = 0; j < panel.columns(); ++j) {
      pairs[2 * j] = first[panel.block * kLanes + j];
      pairs[2 * j + 1] = second[panel.block * kLanes + j];
    }
    ToPairs(pairs, 2 * panel.vectors * kLanes, row);
  }

  Products products_ = Products::kFloat32;
  size_t rows_ = 0;
  size_t outputs_ = 0;
  std::vector<Panel> panels_;
  AlignedFloats floats_;
};

}  // namespace movinet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MOVINET_KERNELS_PANELS_INL_H_
