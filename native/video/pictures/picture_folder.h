#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/picture_file.h"
#include "media/reading_options.h"
#include "video/frame_converter.h"
#include "video/frame_view.h"

namespace movinet {

bool IsFolder(const std::string& path);

/// Whether `a` comes before `b`: numbers in names are compared as numbers, the rest by its bytes.
bool ComesBefore(const std::string& a, const std::string& b);

/// A folder whose pictures are the frames of a video: the files whose names end as those of
/// pictures do, but for hidden ones, in the order of ComesBefore().
class PictureFolder {
 public:
  /// Looks at the names alone. `aborted` must outlive it. Throws VideoError where there are none,
  /// and ReadingAborted.
  PictureFolder(const std::string& path, const ReadingOptions& options,
                const std::atomic<bool>& aborted);

  int64_t picture_count() const noexcept { return static_cast<int64_t>(names_.size()); }
  const ReadingOptions& options() const noexcept { return options_; }
  /// Seconds after the first picture; none where the rate is unknown.
  std::optional<double> TimeOf(int64_t number) const;
  /// None for a picture that cannot be read, or does not decode. Throws ReadingAborted.
  std::optional<PictureFile> Decode(int64_t number) const;
  /// The first picture from `number` on that decodes, and its number, in place of `number`; counts
  /// the others. None at the end.
  std::optional<PictureFile> DecodeNext(int64_t& number, int64_t& damaged) const;
  /// As it is shown. Throws VideoError for a picture that cannot be converted.
  FrameView Show(const PictureFile& picture, FrameConverter& converter) const;
  cv::Size SizeOf(const PictureFile& picture) const;
  /// For a folder of which nothing decodes: says why the first picture does not.
  [[noreturn]] void FailToDecode() const;

 private:
  [[noreturn]] void Fail(const std::string& reason) const;
  std::string FileOf(int64_t number) const;

  std::string path_;
  ReadingOptions options_;
  const std::atomic<bool>& aborted_;
  std::vector<std::string> names_;
};

}  // namespace movinet
