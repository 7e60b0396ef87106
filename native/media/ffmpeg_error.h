#pragma once

#include <string>

namespace movinet {

/// FFmpeg's or the system's words for one of FFmpeg's error codes.
std::string FfmpegErrorText(int code);

/// What an error code says of an address, in words for whoever gave the address.
std::string AddressErrorText(int code);

/// Sets FFmpeg's log up for this process, once: silent, as failures are reported by exceptions.
void SilenceFfmpeg();

/// libavformat's version as it is loaded, such as "59.27.100".
std::string FfmpegVersion();

}  // namespace movinet
