#include "video/clip_decoder.h"

#include <atomic>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>

#include "video/clip_reader.h"
#include "video/resize_with_pad.h"
#include "video/slot_claims.h"
#include "video/video_error.h"
#include "video/video_reader.h"

namespace movinet {
namespace {

void CheckRequest(const ClipRequest& request, const ClipBatch& batch) {
  const auto fail = [&request](const std::string& what) {
    throw std::invalid_argument("Cannot decode a clip of " + request.path + ": " + what);
  };
  if (request.start < 0) fail("its start must not be negative");
  if (request.step < 1) fail("its step must be at least 1");
  if (request.frames < 1 || request.frames > batch.frames) {
    fail("its frames must be from 1 to " + std::to_string(batch.frames) + ", not " +
         std::to_string(request.frames));
  }
  if (request.slot < 0 || request.slot >= batch.slots) {
    fail("its slot must be from 0 to " + std::to_string(batch.slots - 1) + ", not " +
         std::to_string(request.slot));
  }
}

ClipResult DecodeClip(const ClipRequest& request, const ClipBatch& batch,
                      const std::atomic<bool>& aborted) {
  ClipSlot slot(batch, request.slot);
  ClipResult result;
  try {
    ClipReader reader(VideoReader::OpenFile(request.path), request.start);
    ResizeWithPad resize(batch.size);
    result.decoded_frames = reader.Read(request.frames, request.step, resize, slot, aborted);
  } catch (const VideoError& error) {
    result.error = error.what();
  } catch (const std::exception& error) {
    result.error = "Cannot read the video " + request.path + ": " + error.what();
  }
  slot.Clear(result.decoded_frames);
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
      [call](size_t index, const std::atomic<bool>& aborted) {
        return DecodeClip(call->requests[index], call->batch, aborted);
      },
      std::move(done));
}

}  // namespace movinet
