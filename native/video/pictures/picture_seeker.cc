#include "video/pictures/picture_seeker.h"

#include <algorithm>
#include <utility>

namespace movinet {
namespace {

/// None for a table that is not of pictures: then its frames are all there are, in order.
std::vector<int64_t> PicturesOf(FrameTable table) {
  const bool is_of_pictures = !table.ids.empty() && table.ids.front() >= 0;
  return is_of_pictures ? std::move(table.ids) : std::vector<int64_t>();
}

}  // namespace

PictureSeeker::PictureSeeker(const std::string& path, const ReadingOptions& options,
                             FrameTable table, std::vector<int64_t> wanted,
                             const std::atomic<bool>& aborted)
    : folder_(path, options, aborted),
      converter_(Orientation(), options.pixel_aspect),
      pictures_(PicturesOf(std::move(table))),
      wanted_(std::move(wanted)) {}

/// Frames past the table's are the pictures past its last one.
int64_t PictureSeeker::PictureOf(int64_t frame) const {
  const auto known = static_cast<int64_t>(pictures_.size());
  if (frame < known) return pictures_[static_cast<size_t>(frame)];
  const int64_t last = known == 0 ? -1 : std::min(pictures_.back(), folder_.picture_count());
  return last + 1 + frame - known;
}

/// Of the first frame that shows this picture or a later one.
int64_t PictureSeeker::FrameOf(int64_t picture) const {
  const auto known = static_cast<int64_t>(pictures_.size());
  if (known == 0) return picture;
  if (picture > pictures_.back()) return known + picture - pictures_.back() - 1;
  return std::lower_bound(pictures_.begin(), pictures_.end(), picture) - pictures_.begin();
}

bool PictureSeeker::Next() {
  if (next_wanted_ == wanted_.size()) return false;
  int64_t picture = PictureOf(wanted_[next_wanted_++]);
  if (current_number_ >= picture) return true;
  const int64_t end = std::min(picture, folder_.picture_count());
  auto found = folder_.DecodeNext(picture, damaged_);
  if (!found) {
    MeetEnd(end);
    return false;
  }
  current_ = std::move(found);
  current_number_ = picture;
  return true;
}

/// No picture from this one on decodes: the video ends with the last one before it that does.
void PictureSeeker::MeetEnd(int64_t picture) {
  for (; picture > current_number_ + 1 && !folder_.Decode(picture - 1); --picture) ++damaged_;
  ends_at_ = FrameOf(picture);
}

FrameView PictureSeeker::Retrieve() { return folder_.Show(*current_, converter_); }

}  // namespace movinet
