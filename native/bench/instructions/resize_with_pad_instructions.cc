// Frames resized with padding.
#include "bench/instructions/counted.h"
#include "bench/instructions/frame_resizing.h"

std::function<void()> Prepare() { return movinet::FrameResizing(); }
