#pragma once

namespace movinet {

/// Makes the fused operations on clips known to TensorFlow, once for the process. Their activations
/// lie as [batch, height, width, frames, channels]. All are for frozen weights: these are
/// attributes, float32, each convolution a list of its filter and its bias. None has a gradient.
///
/// - `MovinetNative>ClipStem`: clips [batch, frames, height, width, inputs] through a dense
/// convolution of each frame.
/// - `MovinetNative>ClipBottleneck`: an inverted bottleneck. Where it goes on from a stream's
/// earlier frames, it takes a ring with those that its temporal kernel sees, [batch, 2 ·
/// (kernel_frames - 1), height, width, channels], of which it writes the slots behind these, and
/// with which slot they begin, number `ring` of a vector; and the sums that its squeeze-excitation
/// forms its means of, [batch, 1, 1, 1, channels], with the count of their frames, and gives what
/// the sums become.
/// - `MovinetNative>ClipHead`: a convolution of one pixel and the mean of each frame, [batch,
/// frames, outputs].
void RegisterClipOperations();

}  // namespace movinet
