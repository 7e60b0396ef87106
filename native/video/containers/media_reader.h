#pragma once

#include <atomic>
#include <string>

#include "media/decoder.h"
#include "media/demuxer.h"
#include "video/frame_converter.h"
#include "video/video_reader.h"

namespace movinet {

/// Reads a file or an address by FFmpeg's libraries. Packets that do not decode are counted and
/// read over; frames may change their size.
class MediaReader : public VideoReader {
 public:
  MediaReader(const std::string& source, const ReadingOptions& options,
              const std::atomic<bool>& aborted);

  FrameView Retrieve() override;

 private:
  bool DecodeAhead(ReadPosition& position) override;
  void MoveOn() override;

  Demuxer demuxer_;
  Decoder decoder_;
  Orientation orientation_;
  FrameConverter converter_;
  Packet packet_ = NewPacket();
  Frame frame_ = NewFrame();
  Frame ahead_ = NewFrame();
  /// The sizes that the codec worked with at these frames.
  CodedSize coded_;
  CodedSize coded_ahead_;
  bool is_drained_ = false;
};

}  // namespace movinet
