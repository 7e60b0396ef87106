#pragma once

#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "kernels/gradients/bottleneck_gradient.h"
#include "kernels/kernel_checks.h"

namespace movinet::kernels {

/// Of the largest magnitude: central differences of an activation with corners see some of them.
inline double DifferenceTolerance(Activation activation) {
  return activation == Activation::kSwish ? 2e-5 : 1e-2;
}

/// The gradients that `compute(threads, guard)` gives: by every instruction set, with either guard,
/// to the last bit on one thread and on several.
template <class Compute>
std::vector<std::vector<float>> GradientsOnEveryTarget(const Compute& compute) {
  std::vector<std::vector<float>> first;
  ForEachTarget([&] {
    const std::vector<std::vector<float>> behind = compute(1, Guard::kBehind);
    EXPECT_EQ(behind, compute(3, Guard::kInFront));
    if (first.empty()) first = behind;
    for (size_t i = 0; i < first.size(); ++i)
      EXPECT_LE(WorstError(behind[i], first[i]), 1e-4) << "gradient " << i;
  });
  return first;
}

/// The sum of the values, each times that of `factors`: these are its gradient.
inline double WeightedSum(const std::vector<double>& values, const std::vector<float>& factors) {
  return std::inner_product(values.begin(), values.end(), factors.begin(), 0.0);
}

/// Checks some of a gradient's values, evenly chosen, against the central differences of `loss`,
/// which depends on `values`.
inline void ExpectGradient(const std::string& name, const std::vector<float>& gradient,
                           std::vector<float>& values, double tolerance,
                           const std::function<double()>& loss) {
  SCOPED_TRACE(name);
  ASSERT_EQ(gradient.size(), values.size());
  constexpr size_t kChecks = 13;
  constexpr float kStep = 1.0F / 65536.0F;
  std::vector<float> actual;
  std::vector<double> expected;
  const size_t step = std::max<size_t>(1, values.size() / kChecks);
  for (size_t i = step / 2; i < values.size(); i += step) {
    const float value = values[i];
    values[i] = value + kStep;
    const double high = values[i];
    const double above = loss();
    values[i] = value - kStep;
    const double low = values[i];
    const double below = loss();
    values[i] = value;
    expected.push_back((above - below) / (high - low));
    actual.push_back(gradient[i]);
  }
  // So that a gradient that is next to nothing as a whole is not held to its own size.
  double magnitude = 1e-3;
  for (const float value : gradient) magnitude = std::max(magnitude, std::abs(double{value}));
  for (size_t i = 0; i < actual.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], tolerance * magnitude)
        << "check " << i << " of " << actual.size();
  }
}

}  // namespace movinet::kernels
