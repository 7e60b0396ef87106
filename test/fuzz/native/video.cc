#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "clips/clip_reader.h"
#include "media/video_error.h"
#include "targets.h"
#include "video/frame_seeker.h"
#include "video/video_index.h"

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

const std::atomic<bool> never{false};

/// Some frames by their index, each way back and forth.
void ReadByNumber(const std::string& path) {
  const VideoIndex index = IndexVideo(path, ReadingOptions(), never);
  const FrameTable table = UnpackTable(PackTable(index.frames));
  const int64_t last = table.frame_count() - 1;
  std::vector<int64_t> wanted = {last / 3, last / 2, last, last + 1};
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const auto seeker = FrameSeeker::Open(path, ReadingOptions(), table, wanted, never);
  while (seeker->Next()) seeker->Retrieve();
}

}  // namespace

void Video(const uint8_t* data, size_t size) {
  const MemoryFile file(data, size);
  // As large as the clip: a frame too many is seen by the sanitizer.
  std::array<float, static_cast<size_t>(kFrames) * kSize * kSize * 3> clip{};
  try {
    ReadByNumber(file.path());
    ClipReader reader(VideoReader::Open(file.path(), ReadingOptions(), never));
    ResizeWithPad resize(kSize);
    ClipBatch batch;
    batch.data = std::shared_ptr<void>(std::shared_ptr<void>(), clip.data());
    batch.slots = 1;
    batch.frames = kFrames;
    batch.size = kSize;
    ClipSlot slot(batch, 0);
    for (int i = 0; i < kClips; ++i) {
      if (reader.Read(kFrames, 2, resize, slot, never) < kFrames) return;
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
