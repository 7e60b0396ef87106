#pragma once

namespace movinet {

/// Makes the inverted bottleneck known to TensorFlow: see clip_operations.h.
void RegisterClipBottleneck();

}  // namespace movinet
