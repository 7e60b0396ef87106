#include "media/allowed_formats.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "media/handles.h"

namespace movinet {
namespace {

/// Playlists, descriptions of network sessions, patterns of file names, companions of other files,
/// scripts.
constexpr std::array<std::string_view, 14> kOpenOthers = {
    "hls", "dash",   "webm_dash_manifest", "concat",      "imf",  "image2", "sdp", "rtsp", "rtp",
    "sap", "vobsub", "avisynth",           "vapoursynth", "lavfi"};

/// What reads this machine's files and pipes, by itself or by what it is wrapped around, or looks
/// there for its settings.
constexpr std::array<std::string_view, 12> kReadThisMachine = {
    "file",  "pipe",  "fd",     "concat", "concatf", "subfile",
    "cache", "async", "bluray", "unix",   "ipfs",    "ipns"};

template <size_t count>
bool Has(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string ListFormats() {
  std::string list;
  void* position = nullptr;
  while (const AVInputFormat* format = av_demuxer_iterate(&position)) {
    if (Has(kOpenOthers, format->name) || (format->flags & AVFMT_NOFILE) != 0) continue;
    if (!list.empty()) list += ',';
    list += format->name;
  }
  return list;
}

std::string ListProtocols() {
  std::string list;
  void* position = nullptr;
  while (const char* name = avio_enum_protocols(&position, 0)) {
    if (Has(kReadThisMachine, name)) continue;
    if (!list.empty()) list += ',';
    list += name;
  }
  return list;
}

}  // namespace

const std::string& FormatsOfFiles() {
  static const std::string list = ListFormats();
  return list;
}

const std::string& ProtocolsOfAddresses() {
  static const std::string list = ListProtocols();
  return list;
}

}  // namespace movinet
