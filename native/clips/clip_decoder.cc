#include "clips/clip_decoder.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>

#include "clips/clip_reader.h"
#include "clips/resize_with_pad.h"
#include "clips/slot_claims.h"
#include "media/video_error.h"
#include "video/frame_seeker.h"
#include "video/video_index.h"

namespace movinet {
namespace {

void CheckRequest(const ClipRequest& request, const ClipBatch& batch) {
  const auto fail = [&request](const std::string& what) {
    throw std::invalid_argument("Cannot decode a clip of " + request.path + ": " + what);
  };
  const auto frames = static_cast<int64_t>(request.frames.size());
  if (frames < 1 || frames > batch.frames) {
    fail("its frames must be from 1 to " + std::to_string(batch.frames) + ", not " +
         std::to_string(frames));
  }
  if (request.slot < 0 || request.slot >= batch.slots) {
    fail("its slot must be from 0 to " + std::to_string(batch.slots - 1) + ", not " +
         std::to_string(request.slot));
  }
  try {
    CheckTransform(request.transform);
  } catch (const std::invalid_argument& error) {
    fail(error.what());
  }
}

/// The numbers of real frames in order, each once.
std::vector<int64_t> Wanted(std::vector<int64_t> frames) {
  std::sort(frames.begin(), frames.end());
  frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
  frames.erase(frames.begin(), std::lower_bound(frames.begin(), frames.end(), 0));
  return frames;
}

FrameTable TableFor(const ClipRequest& request, const ReadingOptions& options,
                    const std::atomic<bool>& aborted) {
  if (!request.table.empty()) return UnpackTable(request.table);
  return IndexVideo(request.path, options, aborted).frames;
}

/// Puts the frame that was read for `number` wherever the request has that number; returns how
/// often.
int64_t WriteEverywhere(const ClipRequest& request, int64_t number, FrameSeeker& seeker,
                        ResizeWithPad& resize, ClipSlot& slot) {
  int64_t written = 0;
  int64_t first = -1;
  for (size_t i = 0; i < request.frames.size(); ++i) {
    if (request.frames[i] != number) continue;
    const auto index = static_cast<int64_t>(i);
    if (first < 0) {
      first = index;
      WriteFrame(slot, index, seeker.Retrieve(), resize, request.path);
    } else {
      slot.Copy(first, index);
    }
    ++written;
  }
  return written;
}

void DecodeFrames(const ClipRequest& request, const ReadingOptions& options, int size,
                  ClipSlot& slot, ClipResult& result, const std::atomic<bool>& aborted) {
  FrameTable table = TableFor(request, options, aborted);
  const std::vector<int64_t> wanted = Wanted(request.frames);
  const auto seeker = FrameSeeker::Open(request.path, options, std::move(table), wanted, aborted);
  ResizeWithPad resize(size, request.transform);
  auto number = wanted.begin();
  for (; number != wanted.end() && seeker->Next(); ++number) {
    result.decoded_frames += WriteEverywhere(request, *number, *seeker, resize, slot);
  }
  // What was not written: zero frames that were asked for, and all from the first missing one on.
  for (size_t i = 0; i < request.frames.size(); ++i) {
    const bool is_missing = number != wanted.end() && request.frames[i] >= *number;
    if (request.frames[i] < 0 || is_missing) slot.ClearFrame(static_cast<int64_t>(i));
  }
  slot.Clear(static_cast<int64_t>(request.frames.size()));
  result.damaged_packets = seeker->damaged_packets();
  result.ends_at = seeker->ends_at();
}

ClipResult DecodeClip(const ClipRequest& request, const ReadingOptions& options,
                      const ClipBatch& batch, const std::atomic<bool>& aborted) {
  ClipSlot slot(batch, request.slot);
  ClipResult result;
  try {
    DecodeFrames(request, options, batch.size, slot, result, aborted);
  } catch (const VideoError& error) {
    result.error = error.what();
  } catch (const std::exception& error) {
    result.error = "Cannot read the video " + request.path + ": " + error.what();
  }
  if (!result.error.empty()) slot.Clear(0);
  return result;
}

/// All that a call needs, until its last clip is through.
struct Call {
  Call(std::vector<ClipRequest> the_requests, ClipBatch the_batch)
      : requests(std::move(the_requests)),
        batch(std::move(the_batch)),
        claims(batch.data.get(), SlotsOf(requests)) {}

  static std::vector<int64_t> SlotsOf(const std::vector<ClipRequest>& requests) {
    std::vector<int64_t> slots;
    slots.reserve(requests.size());
    for (const ClipRequest& request : requests) slots.push_back(request.slot);
    return slots;
  }

  const std::vector<ClipRequest> requests;
  const ClipBatch batch;
  const SlotClaims claims;
};

}  // namespace

void ClipDecoder::Decode(std::vector<ClipRequest> requests, ClipBatch batch, Done done) {
  if (batch.data == nullptr || batch.slots < 1 || batch.frames < 1 || batch.size < 1) {
    throw std::invalid_argument("The batch to decode into must not be empty");
  }
  for (const ClipRequest& request : requests) CheckRequest(request, batch);
  const size_t count = requests.size();
  const auto call = std::make_shared<const Call>(std::move(requests), std::move(batch));
  pool_.Run<ClipResult>(
      count,
      [call, options = options_](size_t index, const std::atomic<bool>& aborted) {
        return DecodeClip(call->requests[index], options, call->batch, aborted);
      },
      std::move(done));
}

}  // namespace movinet
