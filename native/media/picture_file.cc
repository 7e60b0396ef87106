#include "media/picture_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace movinet {
namespace {

class OpenFile {
 public:
  /// Opening a pipe does not wait for its other end.
  explicit OpenFile(const std::string& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (descriptor_ < 0) Fail();
  }
  ~OpenFile() { close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int64_t Size() const {
    struct stat status{};
    if (fstat(descriptor_, &status) != 0) Fail();
    if (!S_ISREG(status.st_mode)) throw std::runtime_error("it is no regular file");
    return status.st_size;
  }

  /// How many bytes were there.
  int Read(uint8_t* bytes, int size) const {
    int total = 0;
    while (total < size) {
      const ssize_t count = read(descriptor_, bytes + total, static_cast<size_t>(size - total));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) Fail();
      if (count == 0) break;
      total += static_cast<int>(count);
    }
    return total;
  }

 private:
  [[noreturn]] static void Fail() {
    throw std::runtime_error(std::generic_category().message(errno));
  }

  int descriptor_;
};

/// A file may be as large as its pixels without compression, with as much again as a camera may
/// write beside them.
int64_t MostBytes(int64_t max_pixels) {
  constexpr int64_t kBytesPerPixel = 8;
  constexpr int64_t kBeside = int64_t{1} << 26;
  return kBytesPerPixel * max_pixels + kBeside;
}

Packet ReadWhole(const std::string& path, int64_t max_pixels) {
  const OpenFile file(path);
  const int64_t size = file.Size();
  if (size == 0) throw std::runtime_error("the file is empty");
  if (size > MostBytes(max_pixels)) {
    throw std::runtime_error("its " + std::to_string(size) +
                             " bytes are more than a picture of so few pixels takes");
  }
  Packet packet = NewPacket();
  if (av_new_packet(packet.get(), static_cast<int>(size)) < 0) throw std::bad_alloc();
  av_shrink_packet(packet.get(), file.Read(packet->data, packet->size));
  return packet;
}

AVCodecID NetpbmCodec(char digit) {
  switch (digit) {
    case '1':
    case '4':
      return AV_CODEC_ID_PBM;
    case '2':
    case '5':
      return AV_CODEC_ID_PGM;
    case '3':
    case '6':
      return AV_CODEC_ID_PPM;
    case '7':
      return AV_CODEC_ID_PAM;
    default:
      return AV_CODEC_ID_NONE;
  }
}

AVCodecID CodecOf(const AVPacket& packet) {
  using namespace std::string_view_literals;
  const std::string_view bytes(reinterpret_cast<const char*>(packet.data),
                               static_cast<size_t>(packet.size));
  const auto has = [bytes](size_t at, std::string_view what) {
    return bytes.size() >= at + what.size() && bytes.substr(at, what.size()) == what;
  };
  if (has(0, "\xFF\xD8\xFF"sv)) return AV_CODEC_ID_MJPEG;
  if (has(0, "\x89PNG\r\n\x1A\n"sv)) return AV_CODEC_ID_PNG;
  if (has(0, "BM"sv)) return AV_CODEC_ID_BMP;
  if (has(0, "RIFF"sv) && has(8, "WEBP"sv)) return AV_CODEC_ID_WEBP;
  if (has(0, "II*\0"sv) || has(0, "MM\0*"sv)) return AV_CODEC_ID_TIFF;
  if (has(0, "P"sv) && bytes.size() > 2) return NetpbmCodec(bytes[1]);
  return AV_CODEC_ID_NONE;
}

AVCodecID KnownCodecOf(const AVPacket& packet) {
  const AVCodecID codec = CodecOf(packet);
  if (codec == AV_CODEC_ID_NONE) throw std::runtime_error("it is no picture");
  return codec;
}

}  // namespace

PictureFile::PictureFile(const std::string& path, int64_t max_pixels)
    : PictureFile(*ReadWhole(path, max_pixels), max_pixels) {}

PictureFile::PictureFile(const AVPacket& bytes, int64_t max_pixels)
    : decoder_(KnownCodecOf(bytes), max_pixels) {
  decoder_.Send(&bytes);
  bool decoded = decoder_.Receive(*frame_);
  if (!decoded) {
    decoder_.Send(nullptr);
    decoded = decoder_.Receive(*frame_);
  }
  if (!decoded) {
    throw std::runtime_error("it is damaged, or has more than the " + std::to_string(max_pixels) +
                             " pixels that are decoded");
  }
}

}  // namespace movinet
