// The videos that benchmarks read: UCF101 clips from MOVINET_ASSETS (default: ../shared beside the
// repository), or, where they are absent, generated ones.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "video/video_reader.h"
#include "video/video_writer.h"

namespace movinet {

inline std::vector<uint8_t> MovingPattern(int width, int height, int frame) {
  std::vector<uint8_t> rgb;
  rgb.reserve(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      rgb.push_back(static_cast<uint8_t>(x + 3 * frame));
      rgb.push_back(static_cast<uint8_t>(y + 5 * frame));
      rgb.push_back(static_cast<uint8_t>((x * y / 64) + frame));
    }
  }
  return rgb;
}

/// A folder that is gone at exit.
class BenchFolder {
 public:
  BenchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "movinet-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("Cannot make " + name);
    path_ = name;
  }
  ~BenchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;

  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline void WritePattern(const std::string& path, int width, int height, int frames, int first,
                         const std::string& fourcc) {
  VideoWriter writer(path, {width, height, 25, fourcc});
  for (int frame = 0; frame < frames; ++frame) {
    const std::vector<uint8_t> rgb = MovingPattern(width, height, frame + first);
    writer.Write(rgb.data(), rgb.size());
  }
  writer.Close();
}

/// The videos that every benchmark reads.
class Videos {
 public:
  static const Videos& Get() {
    static const Videos videos;
    return videos;
  }
  ~Videos() = default;
  Videos(const Videos&) = delete;
  Videos& operator=(const Videos&) = delete;

  const std::string& file(size_t index) const { return files_[index % files_.size()]; }
  size_t count() const { return files_.size(); }
  const char* label() const { return is_generated_ ? "generated" : "UCF101"; }

 private:
  Videos() {
    const char* variable = std::getenv("MOVINET_ASSETS");
    const std::filesystem::path assets =
        variable != nullptr ? std::filesystem::path(variable)
                            : std::filesystem::path(__FILE__).parent_path() / "../../../shared";
    if (std::filesystem::is_directory(assets / "videos/ucf101")) {
      FindUcfClips(assets / "videos/ucf101");
    }
    if (files_.empty()) Generate();
  }

  /// Sixteen clips spread over the classes.
  void FindUcfClips(const std::filesystem::path& folder) {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".avi") all.push_back(entry.path().string());
    }
    std::sort(all.begin(), all.end());
    const size_t every = std::max<size_t>(1, all.size() / 16);
    for (size_t i = 0; i < all.size(); i += every) files_.push_back(all[i]);
  }

  void Generate() {
    is_generated_ = true;
    for (int video = 0; video < 8; ++video) {
      files_.push_back(folder_.File(std::to_string(video) + ".avi"));
      WritePattern(files_.back(), 320, 240, 120, video * 11, "MJPG");
    }
  }

  BenchFolder folder_;
  bool is_generated_ = false;
  std::vector<std::string> files_;
};

inline std::unique_ptr<VideoReader> Open(const std::string& path) {
  static const std::atomic<bool> never{false};
  return VideoReader::Open(path, ReadingOptions(), never);
}

}  // namespace movinet
