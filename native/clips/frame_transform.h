#pragma once

#include <array>
#include <optional>

#include "video/frame_view.h"

namespace movinet {

/// A part of a frame of whatever size, as shares of its width and height.
struct CropShares {
  double x;
  double y;
  double width;
  double height;
};

/// Row-major 3 x 4: each of red, green and blue as a mix of the three in [0, 1] and 1.
using ColourMatrix = std::array<float, 12>;

/// What is done to a frame while it is resized. Without any of it the frame is resized with
/// padding.
struct FrameTransform {
  /// Fills the square.
  std::optional<CropShares> crop;
  /// The picture in its square is mirrored left to right.
  bool flip = false;
  /// Clamped to [0, 1]. Padding stays zero.
  std::optional<ColourMatrix> colour;
};

/// Throws std::invalid_argument for a crop that does not lie within the frame or has no area, and
/// for a colour that is not finite.
void CheckTransform(const FrameTransform& transform);

/// The whole pixels of a crop: its edges rounded half away from zero, at least one pixel apart,
/// within the frame.
PixelBox CropBox(const CropShares& crop, int width, int height);

}  // namespace movinet
