#include "media/ffmpeg_error.h"

#include <array>
#include <cstdlib>
#include <mutex>

#include "media/handles.h"

namespace movinet {

std::string FfmpegErrorText(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

std::string AddressErrorText(int code) {
  switch (code) {
    case AVERROR_HTTP_UNAUTHORIZED:
      return "the server asks for a name and a password, or does not take those given (401)";
    case AVERROR_HTTP_FORBIDDEN:
      return "the server does not allow it (403)";
    case AVERROR_HTTP_NOT_FOUND:
      return "the server has nothing of that name (404)";
    case AVERROR_HTTP_BAD_REQUEST:
      return "the server takes it for a bad request (400)";
    case AVERROR_HTTP_OTHER_4XX:
      return "the server refuses it (4xx)";
    case AVERROR_HTTP_SERVER_ERROR:
      return "the server fails (5xx)";
    case AVERROR_PROTOCOL_NOT_FOUND:
      return "there is no such protocol, or it is not allowed for addresses";
    case AVERROR(ECONNREFUSED):
      return "the connection was refused: nobody listens there";
    case AVERROR(ETIMEDOUT):
      return "nobody answered in time";
    case AVERROR(EHOSTUNREACH):
    case AVERROR(ENETUNREACH):
      return "the host cannot be reached";
    case AVERROR(ECONNRESET):
    case AVERROR(EPIPE):
      return "the connection was lost";
    case AVERROR(EIO):
      return "the host is unknown, or the connection was lost";
    case AVERROR_STREAM_NOT_FOUND:
      return "it holds no video";
    case AVERROR_INVALIDDATA:
      return "what it gives is no video that FFmpeg knows";
    default:
      return FfmpegErrorText(code);
  }
}

void SilenceFfmpeg() {
  static std::once_flag once;
  std::call_once(once, [] {
    // The variable that OpenCV reads, so that one is enough for both.
    const char* const level = std::getenv("OPENCV_FFMPEG_LOGLEVEL");
    av_log_set_level(level == nullptr ? AV_LOG_QUIET
                                      : static_cast<int>(std::strtol(level, nullptr, 10)));
  });
}

std::string FfmpegVersion() {
  const unsigned version = avformat_version();
  return std::to_string(AV_VERSION_MAJOR(version)) + '.' +
         std::to_string(AV_VERSION_MINOR(version)) + '.' +
         std::to_string(AV_VERSION_MICRO(version));
}

}  // namespace movinet
