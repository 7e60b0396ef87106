#include "video/frame_pace.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace movinet {

FramePace PaceOf(const FrameTable& table, double frame_rate) {
  FramePace pace;
  const auto& times = table.times;
  if (times.size() == 1 && frame_rate > 0) {
    pace.average_rate = frame_rate;
    pace.duration = 1 / frame_rate;
  }
  if (times.size() < 2 || times.back() == times.front()) return pace;
  std::vector<int64_t> distances(times.size() - 1);
  for (size_t i = 0; i < distances.size(); ++i) distances[i] = times[i + 1] - times[i];
  const auto middle = distances.begin() + static_cast<ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  const int64_t usual = *middle;
  const auto differs = [usual](int64_t distance) {
    return distance > usual + 1 || distance < usual - 1;
  };
  const auto others = std::count_if(distances.begin(), distances.end(), differs);
  pace.is_variable = others * 100 > static_cast<ptrdiff_t>(distances.size());
  const double units = static_cast<double>(times.back() - times.front() + usual);
  pace.duration = units * table.unit_num / table.unit_den;
  pace.average_rate = static_cast<double>(times.size()) / pace.duration;
  return pace;
}

}  // namespace movinet
