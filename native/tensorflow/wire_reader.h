#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace movinet {

/// Bytes that are no message, or no table, of the kind that they should be.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads protocol-buffer messages field by field without their definitions: enough to look at what
/// a file promises before TensorFlow parses it. Keeps no copy of the bytes.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) noexcept : rest_(bytes) {}

  bool AtEnd() const noexcept { return rest_.empty(); }
  size_t size() const noexcept { return rest_.size(); }

  enum class Kind { kVarint, kBytes, kOther };

  struct Field {
    uint64_t number = 0;
    Kind kind = Kind::kOther;
    uint64_t value = 0;
    std::string_view bytes;

    /// A known field in another kind is an unknown one to TensorFlow's parser, so it is here.
    bool IsVarint(uint64_t wanted) const { return number == wanted && kind == Kind::kVarint; }
    bool IsBytes(uint64_t wanted) const { return number == wanted && kind == Kind::kBytes; }
  };

  /// The next field. Throws WireError where there is no whole one.
  Field Next();
  uint64_t Varint();
  /// The next `length` bytes.
  std::string_view Take(uint64_t length);

 private:
  std::string_view rest_;
};

}  // namespace movinet
