// Frames cropped, mirrored and coloured while they are resized.
#include "bench/instructions/counted.h"
#include "bench/instructions/frame_resizing.h"

std::function<void()> Prepare() {
  movinet::FrameTransform transform;
  transform.crop = {0.1, 0.15, 0.8, 0.8};
  transform.flip = true;
  transform.colour = {1.1f, 0.1f, 0, -0.05f, 0, 0.9f, 0.1f, 0.05f, 0.05f, 0, 1.2f, -0.1f};
  return movinet::FrameResizing(transform);
}
