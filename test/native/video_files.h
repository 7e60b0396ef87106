#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "clips/clip_batch.h"
#include "media/reading_options.h"
#include "video/video_reader.h"
#include "video/video_writer.h"

namespace movinet {

/// A folder of its own for each test, gone afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "movinet-video-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("Cannot make " + name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string File(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A smooth picture that differs from frame to frame.
inline std::vector<uint8_t> TestFrame(int width, int height, int frame) {
  std::vector<uint8_t> rgb;
  rgb.reserve(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      rgb.push_back(static_cast<uint8_t>((x * 2 + frame * 9) % 256));
      rgb.push_back(static_cast<uint8_t>((y * 3 + frame * 5) % 256));
      rgb.push_back(static_cast<uint8_t>((x + y + frame * 17) % 256));
    }
  }
  return rgb;
}

inline void WriteTestVideo(const std::string& path, int width, int height, int frames,
                           const std::string& fourcc = "MJPG") {
  VideoWriter writer(path, {width, height, 25.0, fourcc});
  for (int frame = 0; frame < frames; ++frame) {
    const std::vector<uint8_t> rgb = TestFrame(width, height, frame);
    writer.Write(rgb.data(), rgb.size());
  }
  writer.Close();
}

inline std::vector<char> ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void WriteBytes(const std::string& path, const std::vector<char>& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The folder of real videos, or an empty path where it is absent.
inline std::filesystem::path AssetsFolder() {
  const char* folder = std::getenv("MOVINET_ASSETS");
  const std::filesystem::path assets =
      folder != nullptr ? std::filesystem::path(folder)
                        : std::filesystem::path(__FILE__).parent_path() / "../../../shared";
  return std::filesystem::is_directory(assets / "videos/ucf101") ? assets : std::filesystem::path();
}

/// Every n-th of the real UCF101 clips, by name; none where they are absent.
inline std::vector<std::string> UcfClips(size_t every) {
  std::vector<std::string> files;
  const std::filesystem::path assets = AssetsFolder();
  if (assets.empty()) return files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(assets / "videos/ucf101")) {
    if (entry.path().extension() == ".avi") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> chosen;
  for (size_t i = 0; i < files.size(); i += every) chosen.push_back(files[i]);
  return chosen;
}

/// Never set: for what is not aborted.
inline const std::atomic<bool>& NeverAborted() {
  static const std::atomic<bool> never{false};
  return never;
}

inline std::unique_ptr<VideoReader> OpenReader(const std::string& source,
                                               const ReadingOptions& options = {}) {
  return VideoReader::Open(source, options, NeverAborted());
}

inline std::vector<uint8_t> CopyFrame(const FrameView& frame) {
  std::vector<uint8_t> bytes;
  for (int y = 0; y < frame.height; ++y) {
    const uint8_t* row = frame.data + static_cast<size_t>(y) * frame.stride;
    bytes.insert(bytes.end(), row, row + frame.width * 3);
  }
  return bytes;
}

/// All frames of a file, one after the other.
inline std::vector<std::vector<uint8_t>> ReadAll(const std::string& path) {
  std::vector<std::vector<uint8_t>> frames;
  const auto reader = OpenReader(path);
  while (reader->Grab()) frames.push_back(CopyFrame(reader->Retrieve()));
  return frames;
}

/// The frames of `clip` as a slot to read into.
inline ClipSlot SlotOver(std::vector<float>& clip, int size) {
  ClipBatch batch;
  batch.data = std::shared_ptr<void>(std::shared_ptr<void>(), clip.data());
  batch.slots = 1;
  batch.size = size;
  batch.frames = static_cast<int64_t>(clip.size()) / batch.frame_values();
  return {batch, 0};
}

}  // namespace movinet
