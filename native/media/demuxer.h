#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "media/handles.h"
#include "media/reading_options.h"

namespace movinet {

/// Takes the place of what was asked for after its `aborted` flag has turned true.
class ReadingAborted : public std::exception {
 public:
  const char* what() const noexcept override { return "The reading was aborted"; }
};

/// A container that is open at its main video track: that which av_find_best_stream takes, but
/// never a cover picture. Not for several threads at once.
class Demuxer {
 public:
  /// Opens a regular file, or an address (with "://"). `aborted` must outlive it: soon after it
  /// turns true, whatever is under way ends by ReadingAborted. Throws VideoError.
  Demuxer(std::string source, const ReadingOptions& options, const std::atomic<bool>& aborted);

  const std::string& source() const noexcept { return source_; }
  bool is_address() const noexcept { return is_address_; }
  AVFormatContext* context() const noexcept { return context_.get(); }
  AVStream* track() const noexcept { return track_; }
  const ReadingOptions& options() const noexcept { return options_; }
  /// Width to height of a stored pixel, by the frame where it tells, else by the track; 0 or less
  /// where neither does.
  AVRational PixelAspect(AVFrame* frame) const {
    return av_guess_sample_aspect_ratio(context_.get(), track_, frame);
  }
  bool has_cover() const;
  /// Video tracks beside the main one and covers.
  bool has_other_tracks() const;
  /// Whether it goes on whether it is read or not.
  bool is_live() const;
  /// A file's container promised more than the file has.
  bool is_cut_off() const noexcept { return cut_off_; }
  bool aborted() const noexcept { return aborted_; }

  /// The track's next packet; false at the end. Throws VideoError where an address was silent for
  /// too long or the connection was lost.
  bool Read(AVPacket& packet);
  /// Moves to the last packet at or before `timestamp`, in the track's unit, that decoding may
  /// begin at, as far as the container knows; false where it cannot. What comes next has to be
  /// looked at.
  bool Seek(int64_t timestamp);
  /// Moves back to the first packet by opening the file anew.
  void Reopen();

  [[noreturn]] void Fail(const std::string& reason) const;

 private:
  /// What FFmpeg's calls look at while they wait.
  struct Patience {
    const std::atomic<bool>* aborted;
    std::chrono::steady_clock::time_point deadline;
    bool has_deadline = false;
    bool timed_out = false;
  };

  static int MustStop(void* data);

  void Open();
  void FindTrack();
  void Wait(std::chrono::milliseconds at_most);
  void CheckFrameSizes() const;
  int FindStreamInfo();
  [[noreturn]] void FailToOpen(int code);
  [[noreturn]] void FailToRead(int code) const;
  void ThrowIfStopped(std::chrono::milliseconds patience) const;
  std::string NoVideoReason() const;

  std::string source_;
  bool is_address_;
  ReadingOptions options_;
  const std::atomic<bool>& aborted_;
  /// Where it stays: FFmpeg keeps its address.
  std::unique_ptr<Patience> patience_;
  FormatContext context_;
  AVStream* track_ = nullptr;
  bool cut_off_ = false;
};

}  // namespace movinet
