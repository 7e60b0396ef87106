#include "clips/frame_clock.h"

#include <algorithm>

namespace movinet {
namespace {

/// What falls back by less is out of order.
constexpr double kBeginsAnew = 0.5;
/// A live source that is silent for longer is lost.
constexpr double kLongestSilence = 10;

}  // namespace

std::optional<double> FrameClock::Next(const ReadPosition& position) {
  if (!position.seconds && info_.fps <= 0) return std::nullopt;
  const double counted = last_ ? *last_ + distance() : 0;
  const double time = position.seconds ? TimeAfterLast(*position.seconds) : counted;
  if (last_) last_distance_ = time - *last_;
  last_ = time;
  return time;
}

double FrameClock::TimeAfterLast(double seconds) {
  const double counted = last_ ? *last_ + distance() : 0;
  if (!offset_) offset_ = counted - seconds;
  const double last = last_.value_or(0);
  const double time = seconds + *offset_;
  const bool falls = time < last - kBeginsAnew;
  const bool leaps = info_.is_live && time > last + kLongestSilence;
  if (!falls && !leaps) return std::max(time, last);
  offset_ = counted - seconds;
  return counted;
}

}  // namespace movinet
