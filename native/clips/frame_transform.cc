#include "clips/frame_transform.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace movinet {
namespace {

/// Shares that were computed as quotients may miss 1 by their rounding.
constexpr double kRounding = 1e-9;

struct Span {
  int begin;
  int length;
};

/// NaN is no share.
bool IsSpan(double begin, double length) {
  return begin >= 0 && length > 0 && begin + length <= 1 + kRounding;
}

Span PixelsOf(double begin, double length, int size) {
  const auto edge = [size](double share) {
    return static_cast<int>(std::min(std::round(share * size), static_cast<double>(size)));
  };
  const int first = std::min(edge(begin), size - 1);
  return {first, std::max(edge(begin + length) - first, 1)};
}

}  // namespace

void CheckTransform(const FrameTransform& transform) {
  if (transform.crop) {
    const CropShares& crop = *transform.crop;
    if (!IsSpan(crop.x, crop.width) || !IsSpan(crop.y, crop.height)) {
      throw std::invalid_argument(
          "the crop must be [x, y, width, height] in shares of the frame, within it and not empty");
    }
  }
  if (transform.colour) {
    for (const float number : *transform.colour) {
      if (!std::isfinite(number)) {
        throw std::invalid_argument("the colour's numbers must be finite");
      }
    }
  }
}

PixelBox CropBox(const CropShares& crop, int width, int height) {
  const Span columns = PixelsOf(crop.x, crop.width, width);
  const Span rows = PixelsOf(crop.y, crop.height, height);
  return {columns.begin, rows.begin, columns.length, rows.length};
}

}  // namespace movinet
