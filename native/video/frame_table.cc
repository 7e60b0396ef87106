#include "video/frame_table.h"

#include <algorithm>
#include <stdexcept>

namespace movinet {
namespace {

constexpr uint64_t kFormat = 1;
/// A day at a thousand frames a second: a table of a few bytes may not promise more.
constexpr uint64_t kMostFrames = 86'400'000;

uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1U) ^ static_cast<uint64_t>(value >> 63U);
}

int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

/// Wraps around instead of overflowing: what a damaged table says must not be undefined.
int64_t Add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

int64_t Subtract(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

class Writer {
 public:
  void Number(uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(0x80U | (value & 0x7FU));
    bytes_ += static_cast<char>(value);
  }
  /// Numbers as runs of equal differences.
  void Numbers(const std::vector<int64_t>& values) {
    Number(values.size());
    int64_t last = 0;
    for (size_t i = 0; i < values.size();) {
      const int64_t difference = Subtract(values[i], last);
      size_t end = i + 1;
      while (end < values.size() && Subtract(values[end], values[end - 1]) == difference) ++end;
      Number(ZigZag(difference));
      Number(end - i);
      last = values[end - 1];
      i = end;
    }
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}

  uint64_t Number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == bytes_.size()) Fail();
      const auto byte = static_cast<uint8_t>(bytes_[at_++]);
      value |= static_cast<uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    Fail();
  }
  std::vector<int64_t> Numbers() {
    const uint64_t count = Number();
    if (count > kMostFrames) Fail();
    std::vector<int64_t> values;
    int64_t last = 0;
    while (values.size() < count) {
      const int64_t difference = UnZigZag(Number());
      const uint64_t length = Number();
      if (length == 0 || length > count - values.size()) Fail();
      for (uint64_t i = 0; i < length; ++i) values.push_back(last = Add(last, difference));
    }
    return values;
  }
  bool done() const noexcept { return at_ == bytes_.size(); }
  [[noreturn]] static void Fail() {
    throw std::invalid_argument("This is no table of a video's frames");
  }

 private:
  const std::string& bytes_;
  size_t at_ = 0;
};

/// One field of all key frames.
template <typename Field>
std::vector<int64_t> FieldOf(const std::vector<KeyFrame>& key_frames, Field field) {
  std::vector<int64_t> values;
  values.reserve(key_frames.size());
  for (const KeyFrame& key_frame : key_frames) values.push_back(key_frame.*field);
  return values;
}

template <typename Compare>
bool InOrder(const std::vector<int64_t>& values, Compare out_of_order) {
  return std::adjacent_find(values.begin(), values.end(), out_of_order) == values.end();
}

void Check(const FrameTable& table) {
  const bool has_ids = table.identity != FrameIdentity::kNone;
  const auto falls = [](int64_t a, int64_t b) { return a > b; };
  const auto does_not_rise = [](int64_t a, int64_t b) { return a >= b; };
  const bool right = table.unit_num > 0 && table.unit_den > 0 &&
                     table.ids.size() == (has_ids ? table.times.size() : 0) &&
                     InOrder(table.ids, does_not_rise) && InOrder(table.times, falls);
  if (!right) Reader::Fail();
  int64_t last = 0;
  for (const KeyFrame& key_frame : table.key_frames) {
    if (key_frame.frame < last || key_frame.frame > table.frame_count()) Reader::Fail();
    last = key_frame.frame;
  }
}

}  // namespace

int64_t FrameTable::Find(int64_t id) const {
  const auto found = std::lower_bound(ids.begin(), ids.end(), id);
  return found == ids.end() || *found != id ? -1 : found - ids.begin();
}

ptrdiff_t FrameTable::KeyFrameBefore(int64_t frame) const {
  const auto after = std::upper_bound(
      key_frames.begin(), key_frames.end(), frame,
      [](int64_t number, const KeyFrame& key_frame) { return number < key_frame.frame; });
  return after - key_frames.begin() - 1;
}

std::string PackTable(const FrameTable& table) {
  Writer writer;
  writer.Number(kFormat);
  writer.Number(static_cast<uint64_t>(table.identity));
  writer.Number(static_cast<uint64_t>(table.unit_num));
  writer.Number(static_cast<uint64_t>(table.unit_den));
  writer.Numbers(table.times);
  // Most often the times are the ids.
  const bool ids_are_times = table.ids == table.times;
  writer.Number(ids_are_times ? 1 : 0);
  if (!ids_are_times) writer.Numbers(table.ids);
  writer.Numbers(FieldOf(table.key_frames, &KeyFrame::frame));
  writer.Numbers(FieldOf(table.key_frames, &KeyFrame::pts));
  writer.Numbers(FieldOf(table.key_frames, &KeyFrame::dts));
  return writer.Take();
}

FrameTable UnpackTable(const std::string& bytes) {
  Reader reader(bytes);
  if (reader.Number() != kFormat) Reader::Fail();
  FrameTable table;
  const uint64_t identity = reader.Number();
  if (identity > static_cast<uint64_t>(FrameIdentity::kDts)) Reader::Fail();
  table.identity = static_cast<FrameIdentity>(identity);
  table.unit_num = static_cast<int32_t>(reader.Number());
  table.unit_den = static_cast<int32_t>(reader.Number());
  table.times = reader.Numbers();
  table.ids = reader.Number() == 1 ? table.times : reader.Numbers();
  const std::vector<int64_t> frames = reader.Numbers();
  const std::vector<int64_t> pts = reader.Numbers();
  const std::vector<int64_t> dts = reader.Numbers();
  if (!reader.done() || pts.size() != frames.size() || dts.size() != frames.size()) Reader::Fail();
  for (size_t i = 0; i < frames.size(); ++i)
    table.key_frames.push_back({frames[i], pts[i], dts[i]});
  Check(table);
  return table;
}

}  // namespace movinet
