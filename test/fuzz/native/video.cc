#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>

#include "targets.h"
#include "video/clip_reader.h"
#include "video/video_error.h"

namespace movinet::fuzz {
namespace {

constexpr int kSize = 16;
constexpr int kFrames = 2;
constexpr int kClips = 3;

/// A file without a disk, that has a path as any other.
class MemoryFile {
 public:
  MemoryFile(const uint8_t* data, size_t size) : descriptor_(memfd_create("video", 0)) {
    while (size > 0) {
      const ssize_t written = write(descriptor_, data, size);
      if (written <= 0) std::abort();
      data += written;
      size -= static_cast<size_t>(written);
    }
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

void Video(const uint8_t* data, size_t size) {
  const MemoryFile file(data, size);
  const std::atomic<bool> cancelled{false};
  // As large as the clip: a frame too many is seen by the sanitizer.
  std::array<float, static_cast<size_t>(kFrames) * kSize * kSize * 3> clip{};
  try {
    ClipReader reader(VideoReader::OpenFile(file.path()), 1);
    ResizeWithPad resize(kSize);
    ClipBatch batch;
    batch.data = std::shared_ptr<void>(std::shared_ptr<void>(), clip.data());
    batch.slots = 1;
    batch.frames = kFrames;
    batch.size = kSize;
    ClipSlot slot(batch, 0);
    for (int i = 0; i < kClips; ++i) {
      if (reader.Read(kFrames, 2, resize, slot, cancelled) < kFrames) return;
    }
  } catch (const VideoError&) {
    // Refused.
  }
}

}  // namespace movinet::fuzz

#ifdef MOVINET_FUZZER
// Its name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  movinet::fuzz::Video(data, size);
  return 0;
}
#endif
