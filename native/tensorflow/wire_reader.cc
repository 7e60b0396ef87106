#include "tensorflow/wire_reader.h"

namespace movinet {
namespace {

constexpr uint64_t kVarint = 0;
constexpr uint64_t kFixed64 = 1;
constexpr uint64_t kBytes = 2;
constexpr uint64_t kFixed32 = 5;

}  // namespace

uint64_t WireReader::Varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(Take(1)[0]);
    value |= static_cast<uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return value;
  }
  throw WireError("a number without an end");
}

std::string_view WireReader::Take(uint64_t length) {
  if (length > rest_.size()) throw WireError("it ends too early");
  const std::string_view taken = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return taken;
}

WireReader::Field WireReader::Next() {
  const uint64_t tag = Varint();
  Field field;
  field.number = tag >> 3U;
  if (field.number == 0) throw WireError("a field without a number");
  switch (tag & 7U) {
    case kVarint:
      field.kind = Kind::kVarint;
      field.value = Varint();
      return field;
    case kFixed64:
      Take(8);
      return field;
    case kFixed32:
      Take(4);
      return field;
    case kBytes:
      field.kind = Kind::kBytes;
      field.bytes = Take(Varint());
      return field;
    default:
      // Groups: TensorFlow's messages have none.
      throw WireError("a field of an unknown kind");
  }
}

}  // namespace movinet
