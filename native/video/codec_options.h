#pragma once

#include <cstdint>

namespace movinet {

/// The largest frame that is decoded: 8192 x 8192. A file of a kilobyte can promise frames of a
/// gigabyte, which a codec would take at once.
constexpr int64_t kMostFramePixels = int64_t{1} << 26;

/// Makes codecs that OpenCV opens refuse larger frames, and use one thread each. Callers decode
/// several files at once, and beside that FFmpeg's frame threads cost half as much time again:
/// eight UCF101 clips take two threads 62 ms with them and 42 ms without.
///
/// OpenCV has no option for the one, and for the other from 4.7 on alone; before that it asks
/// FFmpeg for as many threads as there are cores. So this file defines FFmpeg's `avcodec_open2`,
/// which the dynamic linker finds first for the libraries that come with this one, sets the
/// context's options and calls on to the real function. Where the linker binds otherwise, decoding
/// is slower, and what a container says of its frames is all that is checked.
void UseCodecOptions();

}  // namespace movinet
