#include "clips/mix_clips.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "clips/clip_decoder.h"
#include "clips/slot_claims.h"
#include "job_future.h"
#include "reference_frames.h"

namespace movinet {
namespace {

ClipMix WeightMix(int64_t first, int64_t second, float weight) {
  return {first, second, weight, std::nullopt};
}

ClipMix BoxMix(int64_t first, int64_t second, const PixelBox& box) {
  return {first, second, std::nullopt, box};
}

/// Clips of reference frames, frame k of the batch is frame k.
class Clips {
 public:
  Clips(int64_t slots, int64_t frames, int size) : values_(std::make_shared<std::vector<float>>()) {
    constexpr float kScale = 1.0f / 255.0f;
    for (int64_t k = 0; k < slots * frames; ++k) {
      for (const uint8_t byte :
           ReferenceFrame(size, size, ChannelOrder::kRgb, static_cast<size_t>(size) * 3,
                          static_cast<int>(k))) {
        values_->push_back(static_cast<float>(byte) * kScale);
      }
    }
    batch_ = {std::shared_ptr<void>(values_, values_->data()), PixelType::kFloat32, slots, frames,
              size};
  }

  const ClipBatch& batch() const { return batch_; }
  std::vector<float>& values() { return *values_; }
  float& At(int64_t slot, int64_t frame, int y, int x, int c) {
    const int64_t pixel = (int64_t{y} * batch_.size + x) * 3 + c;
    return values_->at(
        static_cast<size_t>((slot * batch_.frames + frame) * batch_.frame_values() + pixel));
  }

 private:
  std::shared_ptr<std::vector<float>> values_;
  ClipBatch batch_;
};

std::future<std::vector<MixedClips>> Mix(ClipDecoder& decoder, const std::vector<ClipMix>& mixes,
                                         const ClipBatch& clips) {
  return FutureOf<MixedClips>(
      [&](JobPool::Done<MixedClips> done) { decoder.Mix(mixes, clips, std::move(done)); });
}

ClipMix MixOf(const cv::FileNode& node) {
  const auto number = [&node](const char* name) { return static_cast<int>(node[name]); };
  if (node["box"].empty()) {
    return WeightMix(number("first"), number("second"), static_cast<float>(node["weight"]));
  }
  std::vector<int> box;
  node["box"] >> box;
  return BoxMix(number("first"), number("second"), {box.at(0), box.at(1), box.at(2), box.at(3)});
}

TEST(MixClipsTest, EqualsThePlainReference) {
  const cv::FileStorage fixture = OpenFixture("augmentation.json");
  ASSERT_GE(fixture["mixes"].size(), 7u);
  ClipDecoder decoder(2);
  for (const cv::FileNode& node : fixture["mixes"]) {
    Clips clips(static_cast<int>(node["slots"]), static_cast<int>(node["frames"]),
                static_cast<int>(node["size"]));
    std::vector<ClipMix> mixes;
    for (const cv::FileNode& mix : node["mixes"]) mixes.push_back(MixOf(mix));
    Mix(decoder, mixes, clips.batch()).get();
    std::vector<int> at;
    std::vector<double> values;
    node["at"] >> at;
    node["values"] >> values;
    ASSERT_FALSE(at.empty());
    for (size_t i = 0; i < at.size(); ++i) {
      EXPECT_NEAR(clips.values().at(static_cast<size_t>(at[i])), values.at(i), 1e-6);
    }
    EXPECT_EQ(Fnv1a(clips.values().data(), clips.values().size()), BitsOf(node));
  }
}

TEST(MixClipsTest, WeighsAndSwapsPairsAndLeavesTheOthersAlone) {
  constexpr int kSize = 11;
  Clips before(6, 3, kSize);
  Clips clips(6, 3, kSize);
  ClipDecoder decoder(3);
  const PixelBox box = {2, 5, 4, 6};
  Mix(decoder, {WeightMix(4, 0, 0.7f), BoxMix(1, 5, box)}, clips.batch()).get();
  for (int64_t frame = 0; frame < 3; ++frame) {
    for (int y = 0; y < kSize; ++y) {
      for (int x = 0; x < kSize; ++x) {
        for (int c = 0; c < 3; ++c) {
          const auto was = [&](int64_t slot) { return before.At(slot, frame, y, x, c); };
          const auto is = [&](int64_t slot) { return clips.At(slot, frame, y, x, c); };
          const float rest = 1.0f - 0.7f;
          ASSERT_EQ(is(4), was(4) * 0.7f + was(0) * rest);
          ASSERT_EQ(is(0), was(0) * 0.7f + was(4) * rest);
          const bool inside = x >= 2 && x < 6 && y >= 5 && y < 11;
          ASSERT_EQ(is(1), was(inside ? 5 : 1)) << x << ", " << y;
          ASSERT_EQ(is(5), was(inside ? 1 : 5)) << x << ", " << y;
          ASSERT_EQ(is(2), was(2));
          ASSERT_EQ(is(3), was(3));
        }
      }
    }
  }
}

TEST(MixClipsTest, BytesAreMixedAsTheirFloatsAndRounded) {
  constexpr int kSize = 11;
  Clips clips(4, 2, kSize);
  const auto bytes = std::make_shared<std::vector<uint8_t>>();
  for (const float value : clips.values()) bytes->push_back(ByteOf(value));
  const ClipBatch batch = {std::shared_ptr<void>(bytes, bytes->data()), PixelType::kUint8, 4, 2,
                           kSize};
  const std::vector<ClipMix> mixes = {WeightMix(3, 0, 0.7f), BoxMix(1, 2, {2, 5, 4, 6})};
  ClipDecoder decoder(2);
  Mix(decoder, mixes, clips.batch()).get();
  Mix(decoder, mixes, batch).get();
  for (size_t i = 0; i < bytes->size(); ++i) {
    // The floats were scaled before they were mixed, so that halves may fall to either side.
    ASSERT_NEAR(static_cast<float>((*bytes)[i]), clips.values()[i] * 255.0f, 0.5001f) << i;
  }
}

TEST(MixClipsTest, MixesNothingWhereNothingIsAskedFor) {
  Clips before(2, 2, 5);
  Clips clips(2, 2, 5);
  ClipDecoder decoder(1);
  EXPECT_TRUE(Mix(decoder, {}, clips.batch()).get().empty());
  Mix(decoder, {WeightMix(0, 1, 1)}, clips.batch()).get();
  Mix(decoder, {BoxMix(0, 1, {5, 5, 0, 0})}, clips.batch()).get();
  EXPECT_EQ(clips.values(), before.values());
}

TEST(MixClipsTest, RefusesWhatDoesNotFitAndChangesNothing) {
  Clips before(3, 1, 8);
  Clips clips(3, 1, 8);
  ClipDecoder decoder(1);
  const std::vector<std::pair<std::vector<ClipMix>, std::string>> wrong = {
      {{WeightMix(0, 3, 0.5f)}, "slots must be from 0 to 2"},
      {{WeightMix(-1, 0, 0.5f)}, "slots must be from 0 to 2"},
      {{WeightMix(0, 0, 0.5f)}, "with itself"},
      {{WeightMix(0, 1, 0.5f), WeightMix(2, 1, 0.5f)}, "slot 1"},
      {{WeightMix(0, 1, 1.01f)}, "the weight"},
      {{WeightMix(0, 1, -0.01f)}, "the weight"},
      {{WeightMix(0, 1, std::nanf(""))}, "the weight"},
      {{ClipMix{0, 1, std::nullopt, std::nullopt}}, "either a weight or a box"},
      {{ClipMix{0, 1, 0.5f, PixelBox{0, 0, 1, 1}}}, "either a weight or a box"},
      {{BoxMix(0, 1, {-1, 0, 2, 2})}, "within a frame of 8x8"},
      {{BoxMix(0, 1, {0, 0, 9, 2})}, "within a frame of 8x8"},
      {{BoxMix(0, 1, {7, 0, 2, 2})}, "within a frame of 8x8"},
      {{BoxMix(0, 1, {0, 8, 2, 1})}, "within a frame of 8x8"},
      {{BoxMix(0, 1, {0, 0, 2, -1})}, "within a frame of 8x8"},
      {{BoxMix(0, 1, {2147483647, 0, 2147483647, 1})}, "within a frame of 8x8"}};
  for (const auto& [mixes, what] : wrong) {
    try {
      Mix(decoder, mixes, clips.batch());
      ADD_FAILURE() << "took what should fail by " << what;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(clips.values(), before.values());

  EXPECT_THROW(Mix(decoder, {}, {}), std::invalid_argument);
  decoder.Close();
  EXPECT_THROW(Mix(decoder, {WeightMix(0, 1, 0.5f)}, clips.batch()), std::runtime_error);
}

TEST(MixClipsTest, RefusesASlotThatSomethingElseWrites) {
  Clips clips(3, 1, 8);
  ClipDecoder decoder(1);
  {
    const SlotClaims decoding(clips.batch().data.get(), {1});
    EXPECT_THROW(Mix(decoder, {WeightMix(0, 1, 0.5f)}, clips.batch()), std::invalid_argument);
    Mix(decoder, {WeightMix(0, 2, 0.5f)}, clips.batch()).get();
  }
  Mix(decoder, {WeightMix(0, 1, 0.5f)}, clips.batch()).get();
}

TEST(MixClipsTest, AnAbortEndsTheCallAndLetsGoOfTheClips) {
  Clips before(4, 2, 8);
  Clips clips(4, 2, 8);
  const auto owners = clips.batch().data.use_count();
  JobPool pool(1);
  std::promise<void> aborted;
  // Holds the only thread until the abort.
  auto waiting = RunJob<int>(
      pool, 1, [wait = aborted.get_future().share()](size_t /*part*/, const std::atomic<bool>&) {
        wait.wait();
        return 0;
      });
  const std::vector<ClipMix> mixes = {WeightMix(0, 1, 0.5f), BoxMix(2, 3, {0, 0, 8, 8})};
  auto mixed = FutureOf<MixedClips>([&](JobPool::Done<MixedClips> done) {
    MixClips(pool, mixes, clips.batch(), std::move(done));
  });
  EXPECT_THROW(SlotClaims(clips.batch().data.get(), {3}), std::invalid_argument);
  pool.Abort();
  aborted.set_value();
  EXPECT_THROW(waiting.get(), JobAborted);
  EXPECT_THROW(mixed.get(), JobAborted);
  EXPECT_EQ(clips.batch().data.use_count(), owners);
  EXPECT_NO_THROW(SlotClaims(clips.batch().data.get(), {3}));
  EXPECT_EQ(clips.values(), before.values());
}

}  // namespace
}  // namespace movinet
