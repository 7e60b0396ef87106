#include "video/clip_decoder.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <stdexcept>
#include <utility>

#include "video/clip_reader.h"
#include "video/resize_with_pad.h"
#include "video/video_error.h"
#include "video/video_reader.h"

namespace movinet {
namespace {

int64_t SlotValues(const ClipBatch& batch) { return batch.frames * batch.size * batch.size * 3; }

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
  float* const slot = batch.data.get() + request.slot * SlotValues(batch);
  float* const slot_end = slot + SlotValues(batch);
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
  const int64_t filled = result.decoded_frames * batch.size * batch.size * 3;
  std::fill(slot + filled, slot_end, 0.0f);
  return result;
}

}  // namespace

struct ClipDecoder::Call {
  std::vector<ClipRequest> requests;
  ClipBatch batch;
};

void ClipDecoder::CheckFree(const Call& call) {
  std::vector<int64_t> taken;
  std::vector<std::weak_ptr<const Call>> under_way;
  for (const std::weak_ptr<const Call>& weak : calls_) {
    const std::shared_ptr<const Call> other = weak.lock();
    if (other == nullptr) continue;
    under_way.push_back(weak);
    if (other->batch.data != call.batch.data) continue;
    for (const ClipRequest& request : other->requests) taken.push_back(request.slot);
  }
  calls_ = std::move(under_way);
  for (const ClipRequest& request : call.requests) {
    if (std::find(taken.begin(), taken.end(), request.slot) != taken.end()) {
      throw std::invalid_argument("Two clips are to be decoded into slot " +
                                  std::to_string(request.slot) + " at once");
    }
    taken.push_back(request.slot);
  }
}

std::future<std::vector<ClipResult>> ClipDecoder::Decode(std::vector<ClipRequest> requests,
                                                         ClipBatch batch) {
  if (batch.data == nullptr || batch.slots < 1 || batch.frames < 1 || batch.size < 1) {
    throw std::invalid_argument("The batch to decode into must not be empty");
  }
  for (const ClipRequest& request : requests) CheckRequest(request, batch);
  const auto call = std::make_shared<const Call>(Call{std::move(requests), std::move(batch)});
  const std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) throw std::runtime_error("The clip decoder was closed");
  CheckFree(*call);
  auto future = pool_.Run<ClipResult>(
      call->requests.size(), [call](size_t index, const std::atomic<bool>& aborted) {
        return DecodeClip(call->requests[index], call->batch, aborted);
      });
  calls_.push_back(call);
  return future;
}

void ClipDecoder::Close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  pool_.Close();
}

}  // namespace movinet
