#pragma once

#include <string>
#include <vector>

namespace movinet {

/// A codec that videos come in, and what makes one of it here.
struct Codec {
  /// FFmpeg's short name, such as `h264`.
  const char* name;
  /// The encoders that will do, the best first.
  std::vector<const char*> encoders;
  /// With the dot.
  const char* extension;
};

const std::vector<Codec>& BenchCodecs();

/// Size and length of the videos of WriteEncoded().
constexpr int kEncodedWidth = 320;
constexpr int kEncodedHeight = 240;
constexpr int kEncodedFrames = 96;
/// Frames from one key frame to the next.
constexpr int kEncodedKeyInterval = 24;

/// Writes a moving pattern, 25 frames a second. Throws SkippedBenchmark where this FFmpeg has no
/// encoder for the codec, std::runtime_error for what else stands in the way.
void WriteEncoded(const Codec& codec, const std::string& path);

/// One picture of the moving pattern as JPEG, by FFmpeg's own encoder. Throws std::runtime_error.
std::vector<unsigned char> EncodeJpeg(int width, int height);

}  // namespace movinet
