#include "video/pictures/picture_index.h"

#include <limits>
#include <optional>

#include "video/pictures/picture_folder.h"

namespace movinet {
namespace {

void Describe(const PictureFolder& folder, const PictureFile& picture, VideoIndex& index) {
  const cv::Size shown = folder.SizeOf(picture);
  index.width = shown.width;
  index.height = shown.height;
  index.orientation = picture.orientation();
  const AVRational aspect = picture.frame().sample_aspect_ratio;
  if (aspect.num > 0 && aspect.den > 0) index.sample_aspect_ratio = av_q2d(aspect);
  index.codec = avcodec_get_name(picture.codec());
}

/// A picture is known by its number, and can be decoded without the others.
void Add(int64_t number, FrameTable& table, bool has_times) {
  table.key_frames.push_back({table.frame_count(), number, number});
  table.ids.push_back(number);
  table.times.push_back(has_times ? number : 0);
}

}  // namespace

VideoIndex IndexPictures(const std::string& path, const ReadingOptions& options,
                         const std::atomic<bool>& aborted, Indexing indexing) {
  const PictureFolder folder(path, options, aborted);
  VideoIndex index;
  index.container = "pictures";
  index.frame_rate = options.picture_rate;
  index.has_times = options.picture_rate > 0;
  FrameTable& table = index.frames;
  table.identity = FrameIdentity::kPts;
  if (index.has_times) {
    const AVRational unit = av_d2q(1 / options.picture_rate, std::numeric_limits<int32_t>::max());
    table.unit_num = unit.num;
    table.unit_den = unit.den;
  }
  int64_t number = 0;
  int64_t damaged = 0;
  std::optional<PictureFile> picture = folder.DecodeNext(number, damaged);
  if (!picture) folder.FailToDecode();
  Describe(folder, *picture, index);
  if (indexing == Indexing::kByContainer) {
    for (number = 0; number < folder.picture_count(); ++number) {
      Add(number, table, index.has_times);
    }
    return index;
  }
  for (; picture; picture = folder.DecodeNext(++number, damaged)) {
    Add(number, table, index.has_times);
  }
  index.damaged_packets = damaged;
  return index;
}

}  // namespace movinet
