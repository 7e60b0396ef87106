#pragma once

namespace movinet {

/// Makes the fused operations on clips known to TensorFlow, once for the process. Their activations
/// lie as [batch, height, width, frames, channels]. All are for frozen weights: these are
/// attributes, float32, each convolution a list of its filter and its bias. None has a gradient.
///
/// - `MovinetNative>ClipStem`: clips [batch, frames, height, width, inputs] through a dense
/// convolution of each frame.
/// - `MovinetNative>ClipBottleneck`: an inverted bottleneck. Where it goes on from a stream's
/// earlier frames, it takes those that its temporal kernel sees, [batch, kernel_frames - 1, height,
/// width, channels], the sums that its squeeze-excitation forms its means of, [batch, 1, 1, 1,
/// channels], and of how many frames these are; and gives what they become.
/// - `MovinetNative>ClipHead`: a convolution of one pixel and the mean of each frame, [batch,
/// frames, outputs].
void RegisterClipOperations();

}  // namespace movinet
