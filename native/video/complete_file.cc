#include "video/complete_file.h"

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>

#include "media/video_error.h"
#include "video/containers/media_reader.h"

namespace movinet {
namespace {

uint32_t ReadUint32(const char* bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// The RIFF chunks that make up an AVI file say where they end: together they must be the whole
/// file. The main header, which is patched last, has the number of frames at a fixed place.
bool IsCompleteAvi(const std::string& path, int64_t frame_count) {
  constexpr std::streamoff kFrameCountAt = 48;
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(path));
  std::ifstream file(path, std::ios::binary);
  std::streamoff at = 0;
  while (at < size) {
    std::array<char, 8> header{};
    if (!file.seekg(at) || !file.read(header.data(), header.size())) return false;
    if (std::string(header.data(), 4) != "RIFF") return false;
    at += 8 + static_cast<std::streamoff>(ReadUint32(header.data() + 4));
  }
  std::array<char, 4> frames{};
  return at == size && file.seekg(kFrameCountAt) && file.read(frames.data(), frames.size()) &&
         ReadUint32(frames.data()) == frame_count;
}

bool DecodesCompletely(const std::string& path, int64_t frame_count) {
  try {
    const std::atomic<bool> never_aborted{false};
    MediaReader reader(path, ReadingOptions(), never_aborted);
    int64_t frames = 0;
    while (reader.Grab()) ++frames;
    return frames == frame_count;
  } catch (const VideoError&) {
    return false;
  }
}

}  // namespace

bool IsCompleteVideoFile(const std::string& path, int64_t frame_count) {
  if (std::filesystem::path(path).extension() == ".avi") return IsCompleteAvi(path, frame_count);
  return DecodesCompletely(path, frame_count);
}

}  // namespace movinet
