#include "clips/clip_reader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "media/video_error.h"
#include "video_files.h"

namespace movinet {
namespace {

constexpr int kSide = 2;
constexpr size_t kFrame = kSide * kSide * 3;

using Times = std::vector<std::optional<double>>;

/// What a reading cost.
struct Work {
  int decoded = 0;
  int converted = 0;
};

/// A video whose frame i is of the value i, shown at the i-th time.
class ScriptedReader : public VideoReader {
 public:
  ScriptedReader(Times times, double fps, bool live, Work& work)
      : VideoReader("scripted"), times_(std::move(times)), work_(work) {
    info_.fps = fps;
    info_.is_live = live;
  }

  FrameView Retrieve() override {
    ++work_.converted;
    pixels_.assign(kFrame, static_cast<uint8_t>(position().frame));
    return {pixels_.data(), kSide, kSide, 3 * kSide, ChannelOrder::kRgb};
  }

 private:
  bool DecodeAhead(ReadPosition& position) override {
    if (next_ == times_.size()) return false;
    ++work_.decoded;
    position.seconds = times_[next_++];
    return true;
  }
  void MoveOn() override {}

  const Times times_;
  Work& work_;
  size_t next_ = 0;
  std::vector<uint8_t> pixels_;
};

/// Times at one distance.
Times Even(size_t frames, double distance, double first = 0) {
  Times times;
  for (size_t i = 0; i < frames; ++i) times.emplace_back(first + static_cast<double>(i) * distance);
  return times;
}

/// A reading of a scripted video.
class Reading {
 public:
  explicit Reading(Times times, double fps = 0, bool live = false)
      : reader_(std::make_unique<ScriptedReader>(std::move(times), fps, live, work)) {}

  /// The numbers of up to `frames` frames; of a number too many, what is past the end is seen to be
  /// untouched.
  std::vector<int> ByTime(int64_t frames, double seconds) {
    return Read(frames, [&](ResizeWithPad& resize, ClipSlot& slot) {
      return reader_.ReadByTime(frames, seconds, resize, slot, NeverAborted());
    });
  }
  std::vector<int> ByStep(int64_t frames, int64_t step) {
    return Read(frames, [&](ResizeWithPad& resize, ClipSlot& slot) {
      return reader_.Read(frames, step, resize, slot, NeverAborted());
    });
  }
  const ReadPosition& position() const { return reader_.position(); }

  Work work;

 private:
  template <typename How>
  static std::vector<int> Read(int64_t frames, const How& how) {
    std::vector<float> clip(static_cast<size_t>(frames) * kFrame, -1.0f);
    ClipSlot slot = SlotOver(clip, kSide);
    ResizeWithPad resize(kSide);
    const auto count = static_cast<size_t>(how(resize, slot));
    std::vector<int> numbers;
    for (size_t i = 0; i < clip.size(); ++i) {
      if (i < count * kFrame && i % kFrame == 0) {
        numbers.push_back(static_cast<int>(std::lround(clip[i] * 255)));
      }
      EXPECT_EQ(clip[i], i < count * kFrame ? clip[i - i % kFrame] : -1.0f) << i;
    }
    return numbers;
  }

  ClipReader reader_;
};

/// By the definition: the last frame that is shown by k times `seconds` after the first.
std::vector<int> Expected(const Times& times, double seconds, double end) {
  std::vector<int> numbers;
  for (int k = 0; k * seconds < end - 0.001; ++k) {
    int shown = 0;
    for (size_t i = 0; i < times.size(); ++i) {
      if (*times[i] - *times[0] <= k * seconds + 0.001) shown = static_cast<int>(i);
    }
    numbers.push_back(shown);
  }
  return numbers;
}

std::vector<int> Count(int frames) {
  std::vector<int> numbers;
  for (int i = 0; i < frames; ++i) numbers.push_back(i);
  return numbers;
}

TEST(ClipReaderByTimeTest, TheSourcesOwnRateGivesEachFrameOnce) {
  for (const double fps : {10.0, 25.0, 30.0, 60.0, 24000.0 / 1001}) {
    Reading reading(Even(50, 1 / fps, 7.25), fps);
    EXPECT_EQ(reading.ByTime(60, 1 / fps), Count(50)) << fps;
    EXPECT_EQ(reading.position().frame, 49);
  }
}

TEST(ClipReaderByTimeTest, RoundedTimesAreNoOtherRate) {
  Times times;
  for (int i = 0; i < 100; ++i) times.emplace_back(std::round(i * 1000 / 30.0) / 1000);
  Reading reading(times, 30);
  EXPECT_EQ(reading.ByTime(110, 1 / 30.0), Count(100));
}

TEST(ClipReaderByTimeTest, ASlowSourceIsRepeatedWithoutFurtherWork) {
  Reading reading(Even(4, 0.1), 10);
  EXPECT_EQ(reading.ByTime(4, 0.025), std::vector<int>(4, 0));
  EXPECT_EQ(reading.work.converted, 1);
  EXPECT_EQ(reading.ByTime(2, 0.025), std::vector<int>(2, 1));
  EXPECT_EQ(reading.ByTime(2, 0.025), std::vector<int>(2, 1));
  EXPECT_EQ(reading.work.converted, 2);
  // The last frame is shown as long as the others.
  EXPECT_EQ(reading.ByTime(20, 0.025), (std::vector<int>{2, 2, 2, 2, 3, 3, 3, 3}));
  EXPECT_EQ(reading.ByTime(1, 0.025), std::vector<int>());
  EXPECT_EQ(reading.work.converted, 4);
  EXPECT_EQ(reading.work.decoded, 4);
}

TEST(ClipReaderByTimeTest, AFastSourceIsPassedOverAndNotConverted) {
  Reading reading(Even(60, 1 / 60.0), 60);
  EXPECT_EQ(reading.ByTime(20, 1 / 12.0),
            (std::vector<int>{0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55}));
  EXPECT_EQ(reading.work.converted, 12);
  // Between two frames the earlier one is still shown.
  Reading uneven(Even(25, 0.04), 25);
  EXPECT_EQ(uneven.ByTime(20, 1 / 12.0),
            (std::vector<int>{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22}));
}

TEST(ClipReaderByTimeTest, AnyTimesAreReadByTheDefinitionHoweverTheCallsAreCut) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> share(0, 1);
  for (int i = 0; i < 300; ++i) {
    Times times = {share(random) * 100};
    const size_t frames = 2 + random() % 40;
    while (times.size() < frames) times.emplace_back(*times.back() + 0.004 + 0.2 * share(random));
    const double seconds = 0.01 + 0.3 * share(random);
    const double end = 2 * *times[frames - 1] - *times[frames - 2] - *times[0];
    const std::vector<int> expected = Expected(times, seconds, end);
    Reading reading(times);
    std::vector<int> numbers;
    for (int64_t part = 1;; part = 1 + static_cast<int64_t>(random() % 5)) {
      const std::vector<int> some = reading.ByTime(part, seconds);
      numbers.insert(numbers.end(), some.begin(), some.end());
      if (static_cast<int64_t>(some.size()) < part) break;
    }
    ASSERT_EQ(numbers, expected) << i;
    EXPECT_EQ(reading.work.decoded, static_cast<int>(frames));
  }
}

TEST(ClipReaderByTimeTest, AFrameThatIsDueIsNotHeldBackForTheNext) {
  Reading reading(Even(50, 0.1), 10, true);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(reading.ByTime(1, 0.1), std::vector<int>{i});
    EXPECT_EQ(reading.work.decoded, i + 1);
  }
}

TEST(ClipReaderByTimeTest, WithoutTimesFramesAreCountedByTheirRate) {
  Reading reading(Times(30), 30);
  EXPECT_EQ(reading.ByTime(20, 0.1), (std::vector<int>{0, 3, 6, 9, 12, 15, 18, 21, 24, 27}));
  Reading some({std::nullopt, std::nullopt, 5.0, 5.1, std::nullopt, 5.3}, 10);
  EXPECT_EQ(some.ByTime(9, 0.1), Count(6));
}

TEST(ClipReaderByTimeTest, WithoutTimesAndRateAStepIsAskedFor) {
  Reading reading(Times{std::nullopt, std::nullopt});
  try {
    reading.ByTime(1, 0.1);
    FAIL() << "no error";
  } catch (const VideoError& error) {
    EXPECT_STREQ(error.what(),
                 "Cannot read the video scripted: its frames have neither times nor a frame rate: "
                 "take them by a frame step");
    EXPECT_EQ(error.path(), "scripted");
  }
  EXPECT_EQ(reading.ByStep(1, 1), std::vector<int>{0});
}

TEST(ClipReaderByTimeTest, TimesThatBeginAnewGoOnAfterTheLast) {
  Times times = Even(10, 0.1, 40);
  for (const auto& time : Even(10, 0.1)) times.push_back(time);
  Reading joined(times, 10);
  EXPECT_EQ(joined.ByTime(30, 0.1), Count(20));
  // Out of order by a little: never falling.
  Reading swapped({0.0, 0.1, 0.3, 0.2, 0.4}, 10);
  EXPECT_EQ(swapped.ByTime(9, 0.1), (std::vector<int>{0, 1, 1, 2, 4}));
}

TEST(ClipReaderByTimeTest, OnlyALiveSourcesLeapIsNoTimeThatPassed) {
  Times times = Even(5, 0.1);
  for (const auto& time : Even(5, 0.1, 95'000)) times.push_back(time);
  Reading live(times, 10, true);
  EXPECT_EQ(live.ByTime(20, 0.1), Count(10));
  Reading file({0.0, 20.0}, 10);
  EXPECT_EQ(file.ByTime(300, 0.1).size(), 201u);
}

TEST(ClipReaderByTimeTest, OneWayOfReadingFollowsTheOther) {
  Reading reading(Even(100, 0.1), 10);
  EXPECT_EQ(reading.ByStep(3, 2), (std::vector<int>{0, 2, 4}));
  EXPECT_EQ(reading.ByTime(3, 0.3), (std::vector<int>{7, 10, 13}));
  EXPECT_EQ(reading.ByTime(3, 0.2), (std::vector<int>{15, 17, 19}));
  EXPECT_EQ(reading.ByStep(2, 1), (std::vector<int>{20, 21}));
  EXPECT_EQ(reading.ByTime(1, 0.5), std::vector<int>{26});
}

TEST(ClipReaderByTimeTest, RefusesTimesThatAreNone) {
  Reading reading(Even(3, 0.1));
  for (const double seconds : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_THROW(reading.ByTime(1, seconds), std::invalid_argument) << seconds;
  }
}

TEST(ClipReaderByTimeTest, StopsWhenCancelled) {
  Work work;
  ClipReader reader(std::make_unique<ScriptedReader>(Times{0.0, 1000.0}, 10, false, work));
  std::vector<float> clip(kFrame);
  ClipSlot slot = SlotOver(clip, kSide);
  ResizeWithPad resize(kSide);
  std::atomic<bool> cancelled{false};
  EXPECT_EQ(reader.ReadByTime(1, 0.1, resize, slot, cancelled), 1);
  cancelled = true;
  EXPECT_EQ(reader.ReadByTime(1, 0.1, resize, slot, cancelled), 0);
}

TEST(ClipReaderByTimeTest, AFilesFramesAreThoseOfItsTimes) {
  const TemporaryFolder folder;
  // 25 frames a second.
  WriteTestVideo(folder.File("a.avi"), 40, 30, 23);
  constexpr int kSize = 16;
  constexpr size_t kValues = kSize * kSize * 3;
  ResizeWithPad resize(kSize);
  std::vector<float> all(23 * kValues);
  std::vector<float> timed(46 * kValues);
  ClipSlot all_frames = SlotOver(all, kSize);
  ClipSlot timed_frames = SlotOver(timed, kSize);
  ClipReader by_step(OpenReader(folder.File("a.avi")));
  ClipReader by_time(OpenReader(folder.File("a.avi")));
  ASSERT_EQ(by_step.Read(23, 1, resize, all_frames, NeverAborted()), 23);
  ASSERT_EQ(by_time.ReadByTime(46, 0.02, resize, timed_frames, NeverAborted()), 46);
  for (size_t i = 0; i < timed.size(); ++i) {
    ASSERT_EQ(timed[i], all[i / (2 * kValues) * kValues + i % kValues]) << i / kValues;
  }
}

}  // namespace
}  // namespace movinet
