#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "video/pictures/picture_folder.h"
#include "video/video_reader.h"

namespace movinet {

/// Reads a folder of pictures, one after the other. Those that do not decode are counted and read
/// over.
class PictureReader : public VideoReader {
 public:
  PictureReader(const std::string& path, const ReadingOptions& options,
                const std::atomic<bool>& aborted);

  FrameView Retrieve() override;

 private:
  bool DecodeAhead(ReadPosition& position) override;
  void MoveOn() override;

  PictureFolder folder_;
  FrameConverter converter_;
  /// The number of the next picture that is decoded.
  int64_t next_ = 0;
  int64_t damaged_ = 0;
  std::optional<PictureFile> current_;
  std::optional<PictureFile> ahead_;
};

}  // namespace movinet
