#pragma once

namespace movinet {

/// Makes codecs that OpenCV opens use one thread each. Callers decode several files at once, and
/// beside that FFmpeg's frame threads cost half as much time again: eight UCF101 clips take two
/// threads 62 ms with them and 42 ms without.
///
/// OpenCV takes the number as an option from 4.7 on. Before that it asks FFmpeg for as many threads
/// as there are cores, so this file defines FFmpeg's `avcodec_open2`, which the dynamic linker
/// finds first for the libraries that come with this one, sets the context's `threads` option and
/// calls on to the real function. Where the linker binds otherwise, decoding is slower and nothing
/// else changes.
void UseOneCodecThread();

}  // namespace movinet
