#include "media/demuxer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "media/allowed_formats.h"
#include "media/ffmpeg_error.h"
#include "media/regular_file.h"
#include "media/video_error.h"

namespace movinet {
namespace {

using std::chrono::steady_clock;
using FoundFormat = const AVInputFormat*;

/// Errors in a row that are read over in a damaged file.
constexpr int kMostErrors = 64;

bool IsAddress(const std::string& source) { return source.find("://") != std::string::npos; }

std::string Seconds(std::chrono::milliseconds time) {
  std::string text = std::to_string(static_cast<double>(time.count()) / 1000.0);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " s";
}

bool IsVideo(const AVStream& stream) { return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO; }

bool IsCover(const AVStream& stream) {
  return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
}

bool IsSound(const AVStream& stream) { return stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO; }

template <typename Is>
bool HasStream(const AVFormatContext& context, const Is& is) {
  return std::any_of(context.streams, context.streams + context.nb_streams,
                     [&is](const AVStream* stream) { return is(*stream); });
}

/// What an HTTP server calls the thing at an address; empty where it does not say.
std::string MimeType(const std::string& address, const AVIOInterruptCB& interrupt) {
  AVIOContext* io = nullptr;
  if (avio_open2(&io, address.c_str(), AVIO_FLAG_READ, &interrupt, nullptr) < 0) return "";
  uint8_t* text = nullptr;
  av_opt_get(io, "mime_type", AV_OPT_SEARCH_CHILDREN, &text);
  std::string type = text == nullptr ? "" : reinterpret_cast<const char*>(text);
  av_free(text);
  avio_closep(&io);
  return type;
}

/// FFmpeg takes what stands before a colon for a protocol.
std::string FileUrl(const std::string& path) {
  return "file:" + std::filesystem::absolute(path).string();
}

/// Whether a file is of a format that is kept from files.
bool NamesOthers(const std::string& path) {
  AVIOContext* io = nullptr;
  const std::string url = FileUrl(path);
  if (avio_open(&io, url.c_str(), AVIO_FLAG_READ) < 0) return false;
  FoundFormat format = nullptr;
  const int score = av_probe_input_buffer2(io, &format, url.c_str(), nullptr, 0, 0);
  avio_closep(&io);
  return score > 0 && format != nullptr &&
         av_match_list(format->name, FormatsOfFiles().c_str(), ',') <= 0;
}

}  // namespace

Demuxer::Demuxer(std::string source, const ReadingOptions& options,
                 const std::atomic<bool>& aborted)
    : source_(std::move(source)),
      is_address_(IsAddress(source_)),
      options_(options),
      aborted_(aborted),
      patience_(std::make_unique<Patience>()) {
  SilenceFfmpeg();
  patience_->aborted = &aborted_;
  if (!is_address_) CheckRegularFile(source_);
  Open();
}

void Demuxer::Fail(const std::string& reason) const {
  throw VideoError("Cannot read the video " + source_ + ": " + reason, source_);
}

int Demuxer::MustStop(void* data) {
  Patience& patience = *static_cast<Patience*>(data);
  if (patience.aborted->load(std::memory_order_relaxed)) return 1;
  if (!patience.has_deadline || steady_clock::now() < patience.deadline) return 0;
  patience.timed_out = true;
  return 1;
}

void Demuxer::Wait(std::chrono::milliseconds at_most) {
  patience_->has_deadline = is_address_;
  patience_->deadline = steady_clock::now() + at_most;
  patience_->timed_out = false;
}

void Demuxer::ThrowIfStopped(std::chrono::milliseconds patience) const {
  if (aborted_.load(std::memory_order_relaxed)) throw ReadingAborted();
  if (patience_->timed_out) Fail("nothing came within " + Seconds(patience));
}

void Demuxer::Open() {
  context_.reset();
  track_ = nullptr;
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr) throw std::bad_alloc();
  context->interrupt_callback = {&Demuxer::MustStop, patience_.get()};
  Dictionary settings;
  if (is_address_) {
    context->protocol_whitelist = av_strdup(ProtocolsOfAddresses().c_str());
    // As OpenCV: a lost packet of UDP would spoil pictures.
    settings.Set("rtsp_transport", "tcp");
  } else if (!options_.allow_playlists) {
    context->format_whitelist = av_strdup(FormatsOfFiles().c_str());
    context->protocol_whitelist = av_strdup("file");
  }
  const std::string url = is_address_ ? source_ : FileUrl(source_);
  Wait(options_.open_timeout);
  // Frees the context and sets it to null where it fails.
  int code = avformat_open_input(&context, url.c_str(), nullptr, settings.get());
  context_.reset(context);
  if (code >= 0) {
    CheckFrameSizes();
    code = FindStreamInfo();
  }
  ThrowIfStopped(options_.open_timeout);
  if (code < 0) FailToOpen(code);
  // What only the frames themselves tell is checked once more.
  CheckFrameSizes();
  FindTrack();
}

void Demuxer::CheckFrameSizes() const {
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    const AVCodecParameters& parameters = *context_->streams[i]->codecpar;
    if (int64_t{parameters.width} * parameters.height <= options_.max_pixels) continue;
    Fail("its frames of " + std::to_string(parameters.width) + "x" +
         std::to_string(parameters.height) + " are larger than the " +
         std::to_string(options_.max_pixels) + " pixels that are decoded");
  }
}

/// FFmpeg decodes some frames to find out what it needs: with codecs of its own, to which the bound
/// of sizes has to be told.
int Demuxer::FindStreamInfo() {
  const unsigned count = context_->nb_streams;
  std::vector<Dictionary> settings(count);
  std::vector<AVDictionary*> entries(count, nullptr);
  for (unsigned i = 0; i < count; ++i) {
    settings[i].Set("max_pixels", std::to_string(options_.max_pixels).c_str());
    entries[i] = *settings[i].get();
  }
  const int code = avformat_find_stream_info(context_.get(), count == 0 ? nullptr : entries.data());
  for (unsigned i = 0; i < count; ++i) *settings[i].get() = entries[i];
  return code;
}

void Demuxer::FailToOpen(int code) {
  if (!is_address_) {
    if (!options_.allow_playlists && NamesOthers(source_)) {
      Fail("it is no video, but a list that names other files: --allow-playlists reads it");
    }
    if (code == AVERROR_PATCHWELCOME) Fail("this FFmpeg does not know its kind of file");
    if (code == AVERROR_INVALIDDATA || code == AVERROR_EOF) {
      Fail("it is not a video that FFmpeg knows, or one that breaks off before its index");
    }
    Fail(FfmpegErrorText(code));
  }
  const bool is_http = source_.rfind("http", 0) == 0;
  if (code == AVERROR_INVALIDDATA && is_http) {
    Wait(options_.open_timeout);
    const std::string type = MimeType(source_, {&Demuxer::MustStop, patience_.get()});
    ThrowIfStopped(options_.open_timeout);
    if (!type.empty()) Fail(AddressErrorText(code) + " (the server calls it " + type + ")");
  }
  Fail(AddressErrorText(code));
}

bool Demuxer::has_cover() const { return HasStream(*context_, IsCover); }

bool Demuxer::has_other_tracks() const {
  return HasStream(*context_, [this](const AVStream& stream) {
    return &stream != track_ && IsVideo(stream) && !IsCover(stream);
  });
}

std::string Demuxer::NoVideoReason() const {
  if (has_cover()) return "it holds no video, only sound with a cover picture";
  return HasStream(*context_, IsSound) ? "it holds no video, only sound" : "it holds no video";
}

void Demuxer::FindTrack() {
  AVFormatContext& context = *context_;
  int best = av_find_best_stream(&context, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (best >= 0 && IsCover(*context.streams[best])) best = AVERROR_STREAM_NOT_FOUND;
  for (unsigned i = 0; best < 0 && i < context.nb_streams; ++i) {
    if (IsVideo(*context.streams[i]) && !IsCover(*context.streams[i])) best = static_cast<int>(i);
  }
  if (best < 0) Fail(NoVideoReason());
  track_ = context.streams[best];
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    if (static_cast<int>(i) != best) context.streams[i]->discard = AVDISCARD_ALL;
  }
}

bool Demuxer::is_live() const {
  if (!is_address_) return false;
  constexpr std::array<std::string_view, 11> kLiveSchemes = {
      "rtsp", "rtsps", "rtmp", "rtmps", "rtmpt", "rtp", "srtp", "udp", "srt", "rist", "tcp"};
  constexpr std::array<std::string_view, 5> kLiveFormats = {"mpjpeg", "hls", "dash", "rtsp",
                                                            "live_flv"};
  const std::string_view scheme = std::string_view(source_).substr(0, source_.find("://"));
  const auto has = [](const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const std::string_view format = context_->iformat->name;
  if (!has(kLiveSchemes, scheme) && !has(kLiveFormats, format)) return false;
  return context_->duration == AV_NOPTS_VALUE || context_->duration <= 0;
}

bool Demuxer::Read(AVPacket& packet) {
  Wait(options_.read_timeout);
  for (int errors = 0;;) {
    av_packet_unref(&packet);
    const int code = av_read_frame(context_.get(), &packet);
    ThrowIfStopped(options_.read_timeout);
    if (code >= 0) {
      if (packet.stream_index == track_->index) return true;
      continue;
    }
    if (code == AVERROR(EAGAIN)) {
      // Where nothing is read meanwhile, FFmpeg itself does not look at the patience.
      MustStop(patience_.get());
      ThrowIfStopped(options_.read_timeout);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    const AVIOContext* const io = context_->pb;
    const int io_error = io == nullptr ? 0 : io->error;
    const bool is_end = code == AVERROR_EOF || (io != nullptr && io->eof_reached != 0);
    if (is_end && io_error >= 0) return false;
    if (is_address_ && (is_end || code != AVERROR_INVALIDDATA)) {
      FailToRead(is_end ? io_error : code);
    }
    // Demuxers go on after what they cannot make sense of; at the true end they stay.
    if (is_end || ++errors > kMostErrors) {
      cut_off_ = true;
      return false;
    }
  }
}

void Demuxer::FailToRead(int code) const {
  const AVIOContext* const io = context_->pb;
  const bool has_parts = io != nullptr && (io->seekable & AVIO_SEEKABLE_NORMAL) != 0;
  const bool wants_parts = code == AVERROR(EIO) || code == AVERROR(ESPIPE);
  if (io != nullptr && !has_parts && wants_parts && !is_live() && source_.rfind("http", 0) == 0) {
    Fail(
        "the connection was lost, or its container has to be read in another order than the "
        "server gives it");
  }
  Fail("the connection was lost (" + FfmpegErrorText(code) + ")");
}

bool Demuxer::Seek(int64_t timestamp) {
  Wait(options_.read_timeout);
  const int code =
      avformat_seek_file(context_.get(), track_->index, INT64_MIN, timestamp, timestamp, 0);
  if (aborted_.load(std::memory_order_relaxed)) throw ReadingAborted();
  return code >= 0;
}

void Demuxer::Reopen() { Open(); }

}  // namespace movinet
