#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/decoder.h"
#include "media/demuxer.h"
#include "video/frame_converter.h"
#include "video/frame_seeker.h"
#include "video/frame_table.h"

namespace movinet {

/// Reads some frames of a file. Packets up to the last key frame before a wanted frame are passed
/// over, by seeking where they are many. That the right frame came is seen by its timestamp: where
/// a jump leads elsewhere, or what comes is broken for lack of what it leans on, the file is read
/// from the beginning instead.
class MediaSeeker : public FrameSeeker {
 public:
  MediaSeeker(const std::string& path, const ReadingOptions& options, FrameTable table,
              std::vector<int64_t> wanted, const std::atomic<bool>& aborted);

  bool Next() override;
  FrameView Retrieve() override;
  int64_t damaged_packets() const noexcept override { return decoder_.damaged_packets(); }
  std::optional<int64_t> ends_at() const noexcept override { return ends_at_; }

 private:
  /// How the frames are numbered and reached; where one fails, the next one is taken.
  enum class Way {
    /// By identity, over gaps.
    kJump,
    /// By identity, from the first packet on.
    kRead,
    /// By counting from the first packet on.
    kCount,
  };

  static constexpr int64_t kUnknown = -2;

  bool Reach(int64_t number);
  bool MoveTo(int64_t number);
  bool IsRight(int64_t number) const;
  bool NextFrame();
  void Number();
  bool Feed();
  void Take(const AVPacket& packet);
  void NoteKeyFrame(const AVPacket& packet);
  bool IsWanted(const AVPacket& packet) const;
  void JumpTowards(int64_t number);
  bool FindKeyFrame(const KeyFrame& key_frame);
  void StartOver();

  Demuxer demuxer_;
  Decoder decoder_;
  FrameConverter converter_;
  const FrameTable table_;
  const std::vector<int64_t> wanted_;
  size_t next_wanted_ = 0;
  Packet packet_ = NewPacket();
  Frame frame_ = NewFrame();
  Way way_ = Way::kJump;
  /// The number of `frame_`: -1 before the first, kUnknown after a jump.
  int64_t current_ = -1;
  /// The first of the table's key frames that no packet has shown yet.
  size_t next_key_frame_ = 0;
  bool has_jumped_ = false;
  bool has_read_ = false;
  bool is_drained_ = false;
  int64_t unknown_frames_ = 0;
  int64_t damaged_at_jump_ = 0;
  std::optional<int64_t> ends_at_;
};

}  // namespace movinet
