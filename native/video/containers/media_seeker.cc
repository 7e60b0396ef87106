#include "video/containers/media_seeker.h"

#include <algorithm>
#include <utility>

#include "media/random_access.h"

namespace movinet {
namespace {

/// From this many frames on a seek costs less than reading their packets.
constexpr int64_t kSeekDistance = 64;

bool IsKeyFrame(const AVPacket& packet, const KeyFrame& key_frame) {
  if (key_frame.pts != kNoTime) return packet.pts == key_frame.pts;
  return key_frame.dts != kNoTime && packet.dts == key_frame.dts;
}

/// Whether a packet comes after that of the key frame.
bool IsPast(const AVPacket& packet, const KeyFrame& key_frame) {
  if (key_frame.dts != kNoTime && packet.dts != AV_NOPTS_VALUE) return packet.dts > key_frame.dts;
  return (packet.flags & AV_PKT_FLAG_KEY) != 0 && packet.pts != AV_NOPTS_VALUE &&
         packet.pts > key_frame.pts;
}

/// Codecs whose unreferenced frames can be left out without a change to the others. Not MPEG-4,
/// which packs them, and not MPEG-2: where they are left out others come with other times.
bool HasUnreferencedFrames(AVCodecID codec) {
  return codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_HEVC;
}

}  // namespace

MediaSeeker::MediaSeeker(const std::string& path, const ReadingOptions& options, FrameTable table,
                         std::vector<int64_t> wanted, const std::atomic<bool>& aborted)
    : demuxer_(path, options, aborted),
      decoder_(demuxer_),
      converter_(OrientationOfTrack(*demuxer_.track()), options.pixel_aspect),
      table_(std::move(table)),
      wanted_(std::move(wanted)) {
  if (table_.identity == FrameIdentity::kNone) way_ = Way::kCount;
}

bool MediaSeeker::Next() {
  if (next_wanted_ == wanted_.size()) return false;
  const int64_t number = wanted_[next_wanted_++];
  while (!Reach(number)) {
    const bool is_end = is_drained_ && current_ >= 0 && current_ < number;
    if (unknown_frames_ > 0 && way_ != Way::kCount) {
      way_ = Way::kCount;
    } else if (has_jumped_ && way_ == Way::kJump && !is_end) {
      way_ = Way::kRead;
    } else {
      if (current_ < number) ends_at_ = std::max<int64_t>(current_, -1) + 1;
      return current_ >= number;
    }
    StartOver();
  }
  return true;
}

/// Whether there is no doubt about the frame that was reached.
bool MediaSeeker::Reach(int64_t number) { return MoveTo(number) && IsRight(number); }

bool MediaSeeker::IsRight(int64_t number) const {
  if (way_ == Way::kCount) return true;
  const bool is_broken =
      (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0;
  // What damage costs, reading from the beginning would not bring back.
  const bool has_damage = decoder_.damaged_packets() > damaged_at_jump_;
  return has_damage || (current_ == number && !is_broken);
}

bool MediaSeeker::MoveTo(int64_t number) {
  if (current_ >= number) return true;
  if (way_ == Way::kJump) JumpTowards(number);
  while (NextFrame()) {
    if (current_ >= number) return true;
  }
  return false;
}

void MediaSeeker::StartOver() {
  demuxer_.Reopen();
  decoder_ = Decoder(demuxer_);
  current_ = -1;
  next_key_frame_ = 0;
  has_jumped_ = has_read_ = is_drained_ = false;
  unknown_frames_ = 0;
  damaged_at_jump_ = 0;
}

bool MediaSeeker::NextFrame() {
  for (;;) {
    while (!decoder_.Receive(*frame_)) {
      if (!Feed()) return false;
    }
    if (demuxer_.aborted()) throw ReadingAborted();
    const int64_t before = current_;
    Number();
    // A frame of unknown number is none of those that are shown.
    if (current_ != before) return true;
  }
}

void MediaSeeker::Number() {
  if (way_ == Way::kCount) {
    ++current_;
    return;
  }
  const int64_t id = table_.identity == FrameIdentity::kPts ? frame_->pts : frame_->pkt_dts;
  const int64_t number = id == AV_NOPTS_VALUE ? -1 : table_.Find(id);
  if (number >= 0) {
    current_ = number;
  } else if (table_.identity == FrameIdentity::kDts && is_drained_ && current_ >= 0) {
    // Driven out by the end of the file and by no packet.
    ++current_;
  } else if (current_ != kUnknown) {
    ++unknown_frames_;
  }
}

/// Gives the decoder the next packet, or the end; false after that.
bool MediaSeeker::Feed() {
  if (is_drained_) return false;
  if (demuxer_.Read(*packet_)) {
    NoteKeyFrame(*packet_);
    Take(*packet_);
  } else {
    is_drained_ = true;
    decoder_.LeaveOutUnreferenced(false);
    decoder_.Send(nullptr);
  }
  return true;
}

void MediaSeeker::Take(const AVPacket& packet) {
  has_read_ = true;
  decoder_.LeaveOutUnreferenced(!IsWanted(packet));
  decoder_.Send(&packet);
}

/// Whether its frame may be asked for, so far as the packet tells.
bool MediaSeeker::IsWanted(const AVPacket& packet) const {
  const bool known = way_ != Way::kCount && table_.identity == FrameIdentity::kPts &&
                     HasUnreferencedFrames(decoder_.codec()) && packet.pts != AV_NOPTS_VALUE;
  if (!known) return true;
  const int64_t number = table_.Find(packet.pts);
  return number < 0 || std::binary_search(wanted_.begin(), wanted_.end(), number);
}

void MediaSeeker::NoteKeyFrame(const AVPacket& packet) {
  if ((packet.flags & AV_PKT_FLAG_KEY) == 0) return;
  const auto& key_frames = table_.key_frames;
  for (size_t i = next_key_frame_; i < key_frames.size(); ++i) {
    if (!IsKeyFrame(packet, key_frames[i])) continue;
    next_key_frame_ = i + 1;
    return;
  }
}

void MediaSeeker::JumpTowards(int64_t number) {
  const ptrdiff_t before = table_.KeyFrameBefore(number);
  const auto target = static_cast<size_t>(before);
  // It is where reading on leads anyway.
  if (before < 0 || target < next_key_frame_ || (target == 0 && !has_read_)) return;
  const KeyFrame& key_frame = table_.key_frames[target];
  if (!has_read_ && decoder_.codec() == AV_CODEC_ID_MPEG4) {
    // Encoders of MPEG-4 name themselves in the first packet only, and decoders allow for them.
    Feed();
    while (decoder_.Receive(*frame_)) {
    }
  }
  const bool is_far = key_frame.frame - std::max<int64_t>(current_, 0) > kSeekDistance;
  const int64_t time = key_frame.dts == kNoTime ? key_frame.pts : key_frame.dts;
  bool found = is_far && demuxer_.Seek(time) && FindKeyFrame(key_frame);
  if (is_far && !found) {
    demuxer_.Reopen();
    is_drained_ = false;
  }
  found = found || FindKeyFrame(key_frame);
  // An index by the container alone has not looked into the packet.
  if (!found || !BeginsDecoding(*packet_, *demuxer_.track()->codecpar, target == 0)) {
    way_ = Way::kRead;
    StartOver();
    return;
  }
  has_jumped_ = true;
  current_ = kUnknown;
  next_key_frame_ = target + 1;
  damaged_at_jump_ = decoder_.damaged_packets();
  decoder_.Flush();
  Take(*packet_);
}

/// Reads on to the key frame's packet, which stays in `packet_`.
bool MediaSeeker::FindKeyFrame(const KeyFrame& key_frame) {
  while (demuxer_.Read(*packet_)) {
    if (IsKeyFrame(*packet_, key_frame)) return true;
    if (IsPast(*packet_, key_frame)) return false;
  }
  return false;
}

FrameView MediaSeeker::Retrieve() {
  return converter_.Convert(*frame_, decoder_.coded_size(), demuxer_);
}

}  // namespace movinet
