#include "media/random_access.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace movinet {
namespace {

/// A part of a packet.
struct Bytes {
  const uint8_t* data;
  size_t size;
};

/// Takes the units of H.264's byte stream off a packet, one by one: after start codes, or after
/// their lengths where the container has the decoder's configuration (ISO/IEC 14496-15).
class Units {
 public:
  Units(const AVPacket& packet, const AVCodecParameters& parameters)
      : rest_{packet.data, static_cast<size_t>(packet.size)} {
    const bool has_lengths = parameters.extradata_size > 6 && parameters.extradata[0] == 1;
    if (has_lengths) length_size_ = (parameters.extradata[4] & 3U) + 1U;
  }

  std::optional<Bytes> Next() { return length_size_ > 0 ? AfterLength() : AfterStartCode(); }

 private:
  std::optional<Bytes> AfterLength() {
    if (rest_.size < length_size_) return std::nullopt;
    size_t length = 0;
    for (size_t i = 0; i < length_size_; ++i) length = length << 8U | rest_.data[i];
    Drop(length_size_);
    if (length == 0 || length > rest_.size) return std::nullopt;
    const Bytes unit{rest_.data, length};
    Drop(length);
    return unit;
  }

  std::optional<Bytes> AfterStartCode() {
    const size_t begin = StartCode(0);
    if (begin + 3 >= rest_.size) return std::nullopt;
    Drop(begin + 3);
    const size_t end = StartCode(0);
    const Bytes unit{rest_.data, end};
    Drop(end);
    return unit;
  }

  /// Where the next start code is; the end where there is none.
  size_t StartCode(size_t at) const {
    for (; at + 3 <= rest_.size; ++at) {
      if (rest_.data[at] == 0 && rest_.data[at + 1] == 0 && rest_.data[at + 2] == 1) return at;
    }
    return rest_.size;
  }

  void Drop(size_t count) {
    rest_.data += count;
    rest_.size -= count;
  }

  Bytes rest_;
  size_t length_size_ = 0;
};

/// Whether a unit of supplemental information says that pictures are whole from here on: a recovery
/// point with a count of zero, whose first bit is a one.
bool RecoversAtOnce(const Bytes& unit) {
  constexpr unsigned kRecoveryPoint = 6;
  for (size_t at = 1; at + 2 < unit.size;) {
    unsigned type = 0;
    size_t size = 0;
    for (; at < unit.size && unit.data[at] == 0xFF; ++at) type += 0xFF;
    if (at < unit.size) type += unit.data[at++];
    for (; at < unit.size && unit.data[at] == 0xFF; ++at) size += 0xFF;
    if (at < unit.size) size += unit.data[at++];
    if (at >= unit.size) return false;
    if (type == kRecoveryPoint) return (unit.data[at] & 0x80U) != 0;
    at += size;
  }
  return false;
}

bool BeginsH264(const AVPacket& packet, const AVCodecParameters& parameters) {
  constexpr unsigned kSlice = 1;
  constexpr unsigned kIdrSlice = 5;
  constexpr unsigned kSupplement = 6;
  Units units(packet, parameters);
  while (const std::optional<Bytes> unit = units.Next()) {
    const unsigned type = unit->size == 0 ? 0 : unit->data[0] & 0x1FU;
    if (type == kIdrSlice) return true;
    if (type == kSupplement && RecoversAtOnce(*unit)) return true;
    if (type == kSlice) return false;
  }
  return false;
}

}  // namespace

bool BeginsDecoding(const AVPacket& packet, const AVCodecParameters& parameters, bool is_first) {
  if ((packet.flags & AV_PKT_FLAG_KEY) == 0) return false;
  if (is_first) return true;
  if (parameters.codec_id == AV_CODEC_ID_H264) return BeginsH264(packet, parameters);
  return !FlagsEveryPacket(parameters.codec_id);
}

bool FlagsEveryPacket(AVCodecID codec) {
  return codec == AV_CODEC_ID_H261 || codec == AV_CODEC_ID_APNG;
}

}  // namespace movinet
