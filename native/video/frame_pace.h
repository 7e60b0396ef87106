#pragma once

#include "video/frame_table.h"

namespace movinet {

/// How a track's frames follow one another; zeros where they have no times.
struct FramePace {
  /// Frames over duration.
  double average_rate = 0;
  /// Seconds from the first frame until after the last, which is taken to last as long as most do.
  double duration = 0;
  /// More than one distance in a hundred differs from most by more than rounding.
  bool is_variable = false;
};

/// `frame_rate`: the container's, for a track of a single frame; 0 where unknown.
FramePace PaceOf(const FrameTable& table, double frame_rate);

}  // namespace movinet
