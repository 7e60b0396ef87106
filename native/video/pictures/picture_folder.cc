#include "video/pictures/picture_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "media/demuxer.h"
#include "media/ffmpeg_error.h"
#include "media/video_error.h"

namespace movinet {
namespace {

constexpr std::array<std::string_view, 9> kEndings = {".jpg", ".jpeg", ".png", ".bmp", ".webp",
                                                      ".ppm", ".pgm",  ".tif", ".tiff"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsPictureName(const std::string& name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos || name.front() == '.') return false;
  std::string ending = name.substr(dot);
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

/// Takes the number that `text` begins with off it, without leading zeros.
std::string_view TakeNumber(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), IsDigit);
  std::string_view number = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(number.size());
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

}  // namespace

bool IsFolder(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool ComesBefore(const std::string& a, const std::string& b) {
  std::string_view left = a;
  std::string_view right = b;
  while (!left.empty() && !right.empty()) {
    if (IsDigit(left.front()) && IsDigit(right.front())) {
      const std::string_view x = TakeNumber(left);
      const std::string_view y = TakeNumber(right);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (left.front() != right.front()) {
        return static_cast<unsigned char>(left.front()) < static_cast<unsigned char>(right.front());
      }
      left.remove_prefix(1);
      right.remove_prefix(1);
    }
  }
  if (left.empty() != right.empty()) return left.empty();
  // Numbers that differ in leading zeros alone.
  return a < b;
}

PictureFolder::PictureFolder(const std::string& path, const ReadingOptions& options,
                             const std::atomic<bool>& aborted)
    : path_(path), options_(options), aborted_(aborted) {
  SilenceFfmpeg();
  std::error_code error;
  std::filesystem::directory_iterator entries(path, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (aborted_) throw ReadingAborted();
    std::string name = entries->path().filename().string();
    std::error_code unknown;
    if (IsPictureName(name) && !entries->is_directory(unknown)) names_.push_back(std::move(name));
  }
  if (error) Fail(error.message());
  if (names_.empty()) Fail("it is a folder without pictures (JPEG, PNG, BMP, WebP, PPM, TIFF)");
  std::sort(names_.begin(), names_.end(), ComesBefore);
}

std::optional<double> PictureFolder::TimeOf(int64_t number) const {
  if (options_.picture_rate <= 0) return std::nullopt;
  return static_cast<double>(number) / options_.picture_rate;
}

std::string PictureFolder::FileOf(int64_t number) const {
  return (std::filesystem::path(path_) / names_[static_cast<size_t>(number)]).string();
}

std::optional<PictureFile> PictureFolder::Decode(int64_t number) const {
  if (aborted_) throw ReadingAborted();
  try {
    return PictureFile(FileOf(number), options_.max_pixels);
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

std::optional<PictureFile> PictureFolder::DecodeNext(int64_t& number, int64_t& damaged) const {
  for (; number < picture_count(); ++number, ++damaged) {
    if (auto picture = Decode(number)) return picture;
  }
  return std::nullopt;
}

FrameView PictureFolder::Show(const PictureFile& picture, FrameConverter& converter) const {
  converter.Turn(picture.orientation());
  try {
    return converter.Convert(picture.frame(), picture.coded_size(),
                             picture.frame().sample_aspect_ratio);
  } catch (const std::exception& error) {
    Fail(error.what());
  }
}

cv::Size PictureFolder::SizeOf(const PictureFile& picture) const {
  const AVFrame& frame = picture.frame();
  return ShownSize(frame.width, frame.height, picture.orientation(), options_.pixel_aspect,
                   frame.sample_aspect_ratio);
}

void PictureFolder::FailToDecode() const {
  const std::string& first = names_.front();
  try {
    const PictureFile picture(FileOf(0), options_.max_pixels);
  } catch (const std::runtime_error& error) {
    Fail("no picture of it can be decoded; of " + first + ": " + error.what());
  }
  Fail("no picture of it can be decoded");
}

void PictureFolder::Fail(const std::string& reason) const {
  throw VideoError("Cannot read the video " + path_ + ": " + reason, path_);
}

}  // namespace movinet
