#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "video/frame_seeker.h"
#include "video/pictures/picture_folder.h"

namespace movinet {

/// Reads some pictures of a folder. A frame's identity in the table is the number of its picture.
class PictureSeeker : public FrameSeeker {
 public:
  PictureSeeker(const std::string& path, const ReadingOptions& options, FrameTable table,
                std::vector<int64_t> wanted, const std::atomic<bool>& aborted);

  bool Next() override;
  FrameView Retrieve() override;
  int64_t damaged_packets() const noexcept override { return damaged_; }
  std::optional<int64_t> ends_at() const noexcept override { return ends_at_; }

 private:
  int64_t PictureOf(int64_t frame) const;
  int64_t FrameOf(int64_t picture) const;
  void MeetEnd(int64_t picture);

  PictureFolder folder_;
  FrameConverter converter_;
  /// The numbers of the table's pictures.
  const std::vector<int64_t> pictures_;
  const std::vector<int64_t> wanted_;
  size_t next_wanted_ = 0;
  std::optional<PictureFile> current_;
  /// The number of `current_`; -1 before the first.
  int64_t current_number_ = -1;
  int64_t damaged_ = 0;
  std::optional<int64_t> ends_at_;
};

}  // namespace movinet
