#include "clips/clip_reader.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "media/video_error.h"

namespace movinet {

void WriteFrame(ClipSlot& slot, int64_t index, const FrameView& frame, ResizeWithPad& resize,
                const std::string& source) {
  try {
    slot.Write(index, frame, resize);
  } catch (const std::invalid_argument& error) {
    // The slot's size is sound: what cannot be resized is the video's frame.
    throw VideoError("Cannot read the video " + source + ": " + error.what(), source);
  }
}

bool ClipReader::Peek(const std::atomic<bool>& cancelled) {
  if (has_ahead_) return true;
  if (cancelled.load(std::memory_order_relaxed)) return false;
  const ReadPosition* const ahead = reader_->Peek();
  has_ahead_ = ahead != nullptr;
  position_.damaged_packets = (has_ahead_ ? *ahead : reader_->position()).damaged_packets;
  if (has_ahead_) time_ahead_ = clock_.Next(*ahead);
  return has_ahead_;
}

void ClipReader::MoveOn() {
  reader_->Grab();
  has_ahead_ = false;
  time_ = time_ahead_;
  view_.reset();
}

bool ClipReader::Grab(const std::atomic<bool>& cancelled) {
  if (!Peek(cancelled)) return false;
  MoveOn();
  return true;
}

const FrameView& ClipReader::View() {
  if (!view_) view_ = reader_->Retrieve();
  return *view_;
}

int64_t ClipReader::Read(int64_t frames, int64_t step, ResizeWithPad& resize, ClipSlot& slot,
                         const std::atomic<bool>& cancelled) {
  if (step < 1) throw std::invalid_argument("The frame step must be at least 1");
  schedule_.seconds = 0;
  for (int64_t frame = 0; frame < frames; ++frame) {
    for (; skip_ > 0; --skip_) {
      if (!Grab(cancelled)) return frame;
    }
    if (!Grab(cancelled)) return frame;
    WriteFrame(slot, frame, View(), resize, reader_->source());
    position_ = reader_->position();
    last_due_ = time_;
    skip_ = step - 1;
  }
  return frames;
}

double ClipReader::Known(const std::optional<double>& time) const {
  if (time) return *time;
  throw VideoError(
      "Cannot read the video " + reader_->source() +
          ": its frames have neither times nor a frame rate: take them by a frame step",
      reader_->source());
}

/// Moves to the frame that is shown at that time; false where the video has ended by then.
bool ClipReader::MoveToTime(double due, double tolerance, const std::atomic<bool>& cancelled) {
  if (reader_->position().frame < 0) {
    if (!Peek(cancelled)) return false;
    Known(time_ahead_);
    MoveOn();
  }
  while (Known(time_) < due - tolerance) {
    if (!Peek(cancelled)) return !cancelled && due < *time_ + clock_.distance() - tolerance;
    if (Known(time_ahead_) > due + tolerance) return true;
    MoveOn();
  }
  return true;
}

void ClipReader::BeginSchedule(double seconds) {
  schedule_ = {last_due_ ? *last_due_ + seconds : 0, seconds, 0};
}

int64_t ClipReader::ReadByTime(int64_t frames, double seconds, ResizeWithPad& resize,
                               ClipSlot& slot, const std::atomic<bool>& cancelled) {
  if (!(seconds > 0 && std::isfinite(seconds))) {
    throw std::invalid_argument("The seconds between frames must be above 0");
  }
  if (schedule_.seconds != seconds) BeginSchedule(seconds);
  skip_ = 0;
  // Containers round times, some to milliseconds.
  constexpr double kRounding = 0.001;
  const double tolerance = std::min(kRounding, seconds / 2);
  int64_t written = -1;
  for (int64_t frame = 0; frame < frames; ++frame) {
    const double due = schedule_.begin + static_cast<double>(schedule_.taken) * seconds;
    if (cancelled || !MoveToTime(due, tolerance, cancelled)) return frame;
    if (frame > 0 && written == reader_->position().frame) {
      slot.Copy(frame - 1, frame);
    } else {
      WriteFrame(slot, frame, View(), resize, reader_->source());
    }
    written = reader_->position().frame;
    position_ = reader_->position();
    last_due_ = due;
    ++schedule_.taken;
  }
  return frames;
}

}  // namespace movinet
