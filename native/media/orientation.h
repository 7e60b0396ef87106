#pragma once

#include <cstdint>

#include "media/handles.h"

namespace movinet {

/// How a stored picture is turned to be shown.
struct Orientation {
  /// Degrees clockwise: 0, 90, 180 or 270.
  int rotation = 0;
  /// Left to right, after the turn.
  bool mirrored = false;
  /// False where the matrix is none of these eight: then the picture is shown as it is stored.
  bool usual = true;

  bool swaps_sides() const noexcept { return rotation % 180 != 0; }
};

/// Of a display matrix as FFmpeg has it: nine numbers, of which those of the linear part count.
Orientation OrientationOfMatrix(const int32_t* matrix);

/// Of a decoded picture, as a camera notes it (EXIF); upright where it has no display matrix.
Orientation OrientationOfFrame(const AVFrame& frame);

/// Of a track; upright where it has no display matrix.
Orientation OrientationOfTrack(const AVStream& track);

}  // namespace movinet
