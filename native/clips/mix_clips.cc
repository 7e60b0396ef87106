#include "clips/mix_clips.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "clips/slot_claims.h"

namespace movinet {
namespace {

constexpr int kChannels = 3;

void CheckMix(const ClipMix& mix, const ClipBatch& clips) {
  const auto fail = [&mix](const std::string& what) {
    throw std::invalid_argument("Cannot mix the clips of the slots " + std::to_string(mix.first) +
                                " and " + std::to_string(mix.second) + ": " + what);
  };
  for (const int64_t slot : {mix.first, mix.second}) {
    if (slot < 0 || slot >= clips.slots) {
      fail("slots must be from 0 to " + std::to_string(clips.slots - 1));
    }
  }
  if (mix.weight.has_value() == mix.box.has_value()) fail("it takes either a weight or a box");
  if (mix.weight && !(*mix.weight >= 0 && *mix.weight <= 1)) {
    fail("the weight must be from 0 to 1");
  }
  if (!mix.box) return;
  const PixelBox& box = *mix.box;
  const auto fits = [&clips](int64_t begin, int64_t length) {
    return begin >= 0 && length >= 0 && begin + length <= clips.size;
  };
  if (!fits(box.left, box.width) || !fits(box.top, box.height)) {
    fail("the box must lie within a frame of " + std::to_string(clips.size) + "x" +
         std::to_string(clips.size));
  }
}

/// Of all pairs, each once.
std::vector<int64_t> SlotsOf(const std::vector<ClipMix>& mixes) {
  std::set<int64_t> slots;
  for (const ClipMix& mix : mixes) {
    for (const int64_t slot : {mix.first, mix.second}) {
      if (slots.insert(slot).second) continue;
      throw std::invalid_argument("The clip of slot " + std::to_string(slot) +
                                  " cannot be mixed with two others, or with itself");
    }
  }
  return {slots.begin(), slots.end()};
}

/// Bytes are rounded, halves up.
template <typename Value>
inline Value Rounded(float value) {
  return static_cast<Value>(std::is_integral_v<Value> ? value + 0.5f : value);
}

template <typename Value>
void Blend(Value* __restrict first, Value* __restrict second, float weight, int64_t count) {
  const float rest = 1.0f - weight;
  for (int64_t i = 0; i < count; ++i) {
    const auto one = static_cast<float>(first[i]);
    const auto other = static_cast<float>(second[i]);
    first[i] = Rounded<Value>(one * weight + other * rest);
    second[i] = Rounded<Value>(other * weight + one * rest);
  }
}

template <typename Value>
void Swap(Value* first, Value* second, const PixelBox& box, int size) {
  const ptrdiff_t length = static_cast<ptrdiff_t>(box.width) * kChannels;
  for (int row = box.top; row < box.top + box.height; ++row) {
    const ptrdiff_t at = (static_cast<ptrdiff_t>(row) * size + box.left) * kChannels;
    std::swap_ranges(first + at, first + at + length, second + at);
  }
}

template <typename Value>
void MixPair(const ClipMix& mix, const ClipBatch& clips, const std::atomic<bool>& aborted) {
  auto* const values = static_cast<Value*>(clips.data.get());
  const int64_t frame_values = clips.frame_values();
  for (int64_t frame = 0; frame < clips.frames && !aborted; ++frame) {
    Value* const first = values + (mix.first * clips.frames + frame) * frame_values;
    Value* const second = values + (mix.second * clips.frames + frame) * frame_values;
    if (mix.box) {
      Swap(first, second, *mix.box, clips.size);
    } else {
      Blend(first, second, *mix.weight, frame_values);
    }
  }
}

/// All that a call needs, until its last pair is through.
struct Call {
  Call(const std::vector<ClipMix>& the_mixes, const ClipBatch& the_clips)
      : mixes(the_mixes), clips(the_clips), claims(the_clips.data.get(), SlotsOf(the_mixes)) {}

  const std::vector<ClipMix> mixes;
  const ClipBatch clips;
  const SlotClaims claims;
};

}  // namespace

void MixClips(JobPool& pool, const std::vector<ClipMix>& mixes, const ClipBatch& clips,
              JobPool::Done<MixedClips> done) {
  if (clips.data == nullptr) {
    throw std::invalid_argument("There are no clips to mix");
  }
  for (const ClipMix& mix : mixes) CheckMix(mix, clips);
  const auto call = std::make_shared<const Call>(mixes, clips);
  pool.Run<MixedClips>(
      mixes.size(),
      [call](size_t index, const std::atomic<bool>& aborted) {
        const auto mix = call->clips.type == PixelType::kUint8 ? MixPair<uint8_t> : MixPair<float>;
        mix(call->mixes[index], call->clips, aborted);
        return MixedClips();
      },
      std::move(done));
}

}  // namespace movinet
