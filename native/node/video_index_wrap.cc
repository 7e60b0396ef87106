#include "node/video_index_wrap.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/job_pool.h"
#include "media/video_error.h"
#include "node/arguments.h"
#include "node/post.h"
#include "video/frame_pace.h"
#include "video/video_index.h"

namespace movinet {
namespace {

constexpr int64_t kMaxThreads = 1024;

struct IndexResult {
  VideoIndex index;
  FramePace pace;
  std::string table;
  std::string error;
};

IndexResult IndexOne(const std::string& path, const ReadingOptions& options, Indexing indexing,
                     const std::atomic<bool>& aborted) {
  IndexResult result;
  try {
    result.index = IndexVideo(path, options, aborted, indexing);
    result.pace = PaceOf(result.index.frames, result.index.frame_rate);
    result.table = PackTable(result.index.frames);
  } catch (const VideoError& error) {
    result.error = error.what();
  } catch (const std::exception& error) {
    result.error = "Cannot read the video " + path + ": " + error.what();
  }
  return result;
}

Napi::Array NotesToJs(Napi::Env env, const VideoIndex& index) {
  Napi::Array notes = Napi::Array::New(env);
  const auto note = [&notes](bool applies, const char* name) {
    if (applies) notes.Set(notes.Length(), name);
  };
  note(index.has_hidden_frames, "hidden-frames");
  note(index.has_cover, "cover-picture");
  note(index.has_other_tracks, "other-tracks");
  note(index.frames.identity == FrameIdentity::kNone || !index.has_times, "no-timestamps");
  note(index.is_cut_off, "cut-off");
  note(!index.orientation.usual, "unusual-matrix");
  return notes;
}

Napi::Object IndexToJs(Napi::Env env, const IndexResult& result) {
  const VideoIndex& index = result.index;
  Napi::Object object = Napi::Object::New(env);
  object.Set("width", index.width);
  object.Set("height", index.height);
  object.Set("rotation", index.orientation.rotation);
  object.Set("mirrored", index.orientation.mirrored);
  object.Set("sampleAspectRatio", index.sample_aspect_ratio);
  object.Set("codec", index.codec);
  object.Set("container", index.container);
  object.Set("frameCount", static_cast<double>(index.frames.frame_count()));
  object.Set("exact", index.exact);
  if (index.promised_frames) {
    object.Set("promisedFrames", static_cast<double>(*index.promised_frames));
  }
  object.Set("frameRate", index.frame_rate);
  object.Set("averageFrameRate", result.pace.average_rate);
  object.Set("variable", result.pace.is_variable);
  object.Set("duration", result.pace.duration);
  object.Set("keyFrameCount", static_cast<double>(index.frames.key_frames.size()));
  if (index.damaged_packets) {
    object.Set("damagedPackets", static_cast<double>(*index.damaged_packets));
  }
  object.Set("notes", NotesToJs(env, index));
  auto bytes = Napi::Uint8Array::New(env, result.table.size());
  std::memcpy(bytes.Data(), result.table.data(), result.table.size());
  object.Set("table", bytes);
  return object;
}

FrameTable TableFromJs(Napi::Value value) {
  const std::string bytes = BytesFromJs(value, "table");
  try {
    return UnpackTable(bytes);
  } catch (const std::invalid_argument& error) {
    throw Napi::TypeError::New(value.Env(), error.what());
  }
}

/// Of `{ decode?: boolean }`, or undefined.
Indexing IndexingFromJs(Napi::Value value) {
  if (value.IsUndefined()) return Indexing::kByContainer;
  const Napi::Value decode = ObjectFromJs(value, "options").Get("decode");
  if (decode.IsUndefined() || !BooleanFromJs(decode, "decode")) return Indexing::kByContainer;
  return Indexing::kByDecoding;
}

}  // namespace

Napi::Value IndexVideosForJs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::vector<std::string> paths = ListFromJs(info[0], "paths", PathFromJs);
  const auto threads = static_cast<int>(IntegerFromJs(info[1], "threads", 1, kMaxThreads));
  const ReadingOptions options = ReadingOptionsFromJs(info[2], "options");
  const Indexing indexing = IndexingFromJs(info[2]);
  const auto pool = std::make_shared<JobPool>(threads);
  OnAbort(info[2], [weak = std::weak_ptr<JobPool>(pool)] {
    if (const auto alive = weak.lock()) alive->Close();
  });
  GetAddonData(env)->queue->Track(pool, [](JobPool& job_pool) { job_pool.Close(); });
  const size_t count = paths.size();
  return RunJob<IndexResult>(
      env, pool,
      [&](JobPool& job_pool, JobPool::Done<IndexResult> done) {
        job_pool.Run<IndexResult>(
            count,
            [paths = std::move(paths), options, indexing](size_t i,
                                                          const std::atomic<bool>& aborted) {
              return IndexOne(paths[i], options, indexing, aborted);
            },
            std::move(done));
      },
      [](const IndexResult& result, Napi::Object& object) {
        object.Set("index", IndexToJs(object.Env(), result));
      });
}

Napi::Value FrameTimesForJs(const Napi::CallbackInfo& info) {
  const FrameTable table = TableFromJs(info[0]);
  auto times = Napi::Float64Array::New(info.Env(), static_cast<size_t>(table.frame_count()));
  for (int64_t i = 0; i < table.frame_count(); ++i) {
    times[static_cast<size_t>(i)] = table.seconds(i);
  }
  return times;
}

Napi::Value KeyFramesForJs(const Napi::CallbackInfo& info) {
  const FrameTable table = TableFromJs(info[0]);
  auto numbers = Napi::Uint32Array::New(info.Env(), table.key_frames.size());
  for (size_t i = 0; i < table.key_frames.size(); ++i) {
    numbers[i] = static_cast<uint32_t>(table.key_frames[i].frame);
  }
  return numbers;
}

}  // namespace movinet
