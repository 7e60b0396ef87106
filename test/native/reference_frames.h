#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <opencv2/core/persistence.hpp>
#include <string>
#include <vector>

#include "video/frame_view.h"

namespace movinet {

/// Frame `index` of the numbers in test/fixtures, by the formula that stands there as `frame`. Rows
/// are `stride` bytes apart, with other bytes between.
inline std::vector<uint8_t> ReferenceFrame(int width, int height, ChannelOrder order, size_t stride,
                                           int index = 0) {
  std::vector<uint8_t> bytes(stride * static_cast<size_t>(height), 0xEE);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int value = 37 * x + 71 * y + 113 * c + 5 * (x * y % 251) +
                          3 * (x * x % 17) * (y % 13) + 29 * index;
        const int channel = order == ChannelOrder::kRgb ? c : 2 - c;
        bytes[static_cast<size_t>(y) * stride + static_cast<size_t>(x * 3 + channel)] =
            static_cast<uint8_t>(value % 256);
      }
    }
  }
  return bytes;
}

/// The checksum `bits` of the numbers in test/fixtures.
inline uint32_t Fnv1a(const float* values, size_t count) {
  std::vector<unsigned char> bytes(count * sizeof(float));
  std::memcpy(bytes.data(), values, bytes.size());
  uint32_t hash = 0x811c9dc5;
  for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x01000193;
  return hash;
}

inline uint32_t BitsOf(const cv::FileNode& node) {
  return static_cast<uint32_t>(std::stoul(static_cast<std::string>(node["bits"]), nullptr, 16));
}

/// A file of test/fixtures.
inline cv::FileStorage OpenFixture(const std::string& name) {
  const auto file = std::filesystem::path(__FILE__).parent_path() / "../fixtures" / name;
  return {file.string(), cv::FileStorage::READ | cv::FileStorage::FORMAT_JSON};
}

}  // namespace movinet
