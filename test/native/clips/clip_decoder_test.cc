#include "clips/clip_decoder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "clips/clip_reader.h"
#include "job_future.h"
#include "video/video_reader.h"
#include "video_files.h"

namespace movinet {
namespace {

constexpr int kSize = 24;
constexpr size_t kFrame = kSize * kSize * 3;

/// A batch whose memory starts as -1, to see what is written.
ClipBatch MakeBatch(int64_t slots, int64_t frames) {
  const auto values =
      std::make_shared<std::vector<float>>(static_cast<size_t>(slots * frames) * kFrame, -1.0f);
  return {std::shared_ptr<void>(values, values->data()), PixelType::kFloat32, slots, frames, kSize};
}

std::vector<float> Slot(const ClipBatch& batch, int64_t slot) {
  const float* begin = static_cast<const float*>(batch.data.get()) +
                       slot * batch.frames * static_cast<int64_t>(kFrame);
  return {begin, begin + batch.frames * static_cast<int64_t>(kFrame)};
}

/// Frames `start`, `start + step`, … (`frames` of them) for a slot.
ClipRequest Clip(const std::string& path, int64_t start, int64_t step, int64_t frames,
                 int64_t slot) {
  ClipRequest request{path, {}, slot, ""};
  for (int64_t i = 0; i < frames; ++i) request.frames.push_back(start + i * step);
  return request;
}

/// The clip as it comes from decoding every frame one after the other.
std::vector<float> ExpectedClip(const ClipRequest& request, int64_t frames, int64_t* decoded) {
  std::vector<float> clip(static_cast<size_t>(frames) * kFrame, 0.0f);
  const auto reader = OpenReader(request.path);
  ResizeWithPad resize(kSize);
  *decoded = 0;
  for (int64_t index = 0; reader->Grab(); ++index) {
    const FrameView frame = reader->Retrieve();
    for (size_t i = 0; i < request.frames.size(); ++i) {
      if (request.frames[i] != index) continue;
      resize.Apply(frame, clip.data() + i * kFrame);
      ++*decoded;
    }
  }
  return clip;
}

class ClipDecoderTest : public testing::Test {
 protected:
  void SetUp() override {
    WriteTestVideo(long_, 64, 48, 40);
    WriteTestVideo(short_, 30, 50, 6);
    WriteTestVideo(one_, 20, 20, 1);
  }

  TemporaryFolder folder_;
  const std::string long_ = folder_.File("long.avi");
  const std::string short_ = folder_.File("short.avi");
  const std::string one_ = folder_.File("one.avi");
};

TEST_F(ClipDecoderTest, EveryClipEqualsSequentialDecoding) {
  constexpr int64_t kFrames = 4;
  std::vector<ClipRequest> requests;
  int64_t slot = 0;
  for (const std::string& path : {long_, short_, one_}) {
    for (const int64_t start : {0, 1, 5, 39, 60}) {
      for (const int64_t step : {1, 3, 15})
        requests.push_back(Clip(path, start, step, kFrames, slot++));
    }
  }
  for (const int threads : {1, 3}) {
    const ClipBatch batch = MakeBatch(slot, kFrames);
    ClipDecoder decoder(threads);
    const std::vector<ClipResult> results = DecodeClips(decoder, requests, batch).get();
    ASSERT_EQ(results.size(), requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      int64_t decoded = 0;
      const std::vector<float> expected = ExpectedClip(requests[i], kFrames, &decoded);
      EXPECT_EQ(results[i].error, "");
      EXPECT_EQ(results[i].decoded_frames, decoded);
      EXPECT_EQ(Slot(batch, requests[i].slot), expected)
          << requests[i].path << " from frame " << requests[i].frames.front();
    }
  }
}

TEST_F(ClipDecoderTest, BrokenFilesLeaveZeroSlotsAndTheOthersGoOn) {
  WriteBytes(folder_.File("text.avi"), {'t', 'e', 'x', 't'});
  WriteBytes(folder_.File("empty.avi"), {});
  const ClipBatch batch = MakeBatch(5, 2);
  ClipDecoder decoder(2);
  const std::vector<ClipResult> results =
      DecodeClips(
          decoder,
          {Clip(folder_.File("text.avi"), 0, 1, 2, 0), Clip(long_, 0, 1, 2, 1),
           Clip(folder_.File("none.avi"), 0, 1, 2, 2), Clip(folder_.File("empty.avi"), 0, 1, 2, 4)},
          batch)
          .get();
  const std::vector<float> zeros(2 * kFrame, 0.0f);
  const std::vector<float> untouched(2 * kFrame, -1.0f);
  EXPECT_NE(results[0].error.find("text.avi"), std::string::npos);
  EXPECT_EQ(results[1].error, "");
  EXPECT_EQ(results[1].decoded_frames, 2);
  EXPECT_NE(results[2].error.find("No such file"), std::string::npos);
  EXPECT_NE(results[3].error.find("the file is empty"), std::string::npos);
  EXPECT_EQ(Slot(batch, 0), zeros);
  EXPECT_NE(Slot(batch, 1), zeros);
  EXPECT_EQ(Slot(batch, 2), zeros);
  EXPECT_EQ(Slot(batch, 3), untouched);
  EXPECT_EQ(Slot(batch, 4), zeros);
}

TEST_F(ClipDecoderTest, AFrameTooNarrowForTheSizeIsAnErrorOfThatClip) {
  WriteTestVideo(folder_.File("line.avi"), 2000, 2, 1);
  const ClipBatch batch = MakeBatch(1, 1);
  ClipDecoder decoder(1);
  const std::vector<ClipResult> results =
      DecodeClips(decoder, {Clip(folder_.File("line.avi"), 0, 1, 1, 0)}, batch).get();
  EXPECT_NE(results[0].error.find("too narrow"), std::string::npos);
  EXPECT_NE(results[0].error.find("line.avi"), std::string::npos);
  EXPECT_EQ(results[0].decoded_frames, 0);
  EXPECT_EQ(Slot(batch, 0), std::vector<float>(kFrame, 0.0f));
}

TEST_F(ClipDecoderTest, RefusesRequestsThatDoNotFit) {
  const ClipBatch batch = MakeBatch(2, 3);
  ClipDecoder decoder(1);
  EXPECT_THROW(DecodeClips(decoder, {Clip(long_, 0, 1, 0, 0)}, batch), std::invalid_argument);
  EXPECT_THROW(DecodeClips(decoder, {Clip(long_, 0, 1, 4, 0)}, batch), std::invalid_argument);
  EXPECT_THROW(DecodeClips(decoder, {Clip(long_, 0, 1, 3, 2)}, batch), std::invalid_argument);
  EXPECT_THROW(DecodeClips(decoder, {Clip(long_, 0, 1, 3, -1)}, batch), std::invalid_argument);
  EXPECT_THROW(DecodeClips(decoder, {Clip(long_, 0, 1, 3, 1), Clip(short_, 0, 1, 3, 1)}, batch),
               std::invalid_argument);
  EXPECT_THROW(DecodeClips(decoder, {}, {}), std::invalid_argument);
  EXPECT_TRUE(DecodeClips(decoder, {}, batch).get().empty());
  EXPECT_THROW(ClipDecoder(0), std::invalid_argument);
}

TEST_F(ClipDecoderTest, RefusesASlotThatAnotherCallWrites) {
  const ClipBatch batch = MakeBatch(40, 1);
  std::vector<ClipRequest> requests;
  for (int64_t slot = 0; slot < 39; ++slot) requests.push_back(Clip(long_, 39, 1, 1, slot));
  ClipDecoder decoder(1);
  auto first = DecodeClips(decoder, requests, batch);
  EXPECT_THROW(DecodeClips(decoder, {Clip(long_, 0, 1, 1, 38)}, batch), std::invalid_argument);
  auto second = DecodeClips(decoder, {Clip(long_, 0, 1, 1, 39)}, batch);
  EXPECT_EQ(first.get().size(), 39u);
  EXPECT_EQ(second.get().at(0).decoded_frames, 1);
  EXPECT_EQ(DecodeClips(decoder, {Clip(long_, 0, 1, 1, 38)}, batch).get().at(0).decoded_frames, 1);
}

TEST_F(ClipDecoderTest, AbortEndsTheCallsUnderWayAndNoOthers) {
  const ClipBatch batch = MakeBatch(200, 1);
  std::vector<ClipRequest> requests;
  for (int64_t slot = 0; slot < 200; ++slot) requests.push_back(Clip(long_, 39, 1, 1, slot));
  ClipDecoder decoder(2);
  auto first = DecodeClips(decoder, requests, batch);
  decoder.Abort();
  EXPECT_THROW(first.get(), JobAborted);
  // The batch is let go of before the future is ready.
  EXPECT_EQ(batch.data.use_count(), 1);
  EXPECT_EQ(DecodeClips(decoder, {Clip(long_, 0, 1, 1, 0)}, batch).get().at(0).decoded_frames, 1);
}

TEST_F(ClipDecoderTest, ClosingWhileBusyDoesNotHang) {
  const ClipBatch batch = MakeBatch(100, 1);
  std::vector<ClipRequest> requests;
  for (int64_t slot = 0; slot < 100; ++slot) requests.push_back(Clip(long_, 39, 1, 1, slot));
  auto decoder = std::make_unique<ClipDecoder>(2);
  auto closed = DecodeClips(*decoder, requests, batch);
  decoder->Close();
  EXPECT_THROW(DecodeClips(*decoder, requests, MakeBatch(100, 1)), std::runtime_error);
  decoder->Close();
  EXPECT_THROW(closed.get(), JobAborted);

  decoder = std::make_unique<ClipDecoder>(2);
  auto destroyed = DecodeClips(*decoder, requests, batch);
  decoder.reset();
  EXPECT_THROW(destroyed.get(), JobAborted);
  EXPECT_EQ(batch.data.use_count(), 1);
}

TEST_F(ClipDecoderTest, NoTwoDecodersWriteASlotAtOnce) {
  const ClipBatch batch = MakeBatch(40, 1);
  std::vector<ClipRequest> requests;
  for (int64_t slot = 0; slot < 40; ++slot) requests.push_back(Clip(long_, 39, 1, 1, slot));
  ClipDecoder decoder(1);
  ClipDecoder other(1);
  auto first = DecodeClips(decoder, requests, batch);
  EXPECT_THROW(DecodeClips(other, {Clip(long_, 0, 1, 1, 39)}, batch), std::invalid_argument);
  first.get();
  EXPECT_EQ(DecodeClips(other, {Clip(long_, 0, 1, 1, 39)}, batch).get().at(0).decoded_frames, 1);
}

TEST_F(ClipDecoderTest, TakesFramesInAnyOrderAndLeavesZeroFrames) {
  const ClipRequest request{long_, {7, -1, 3, 7, 39, 40, 0}, 0, ""};
  const ClipBatch batch = MakeBatch(1, 8);
  ClipDecoder decoder(1);
  const std::vector<ClipResult> results = DecodeClips(decoder, {request}, batch).get();
  int64_t decoded = 0;
  EXPECT_EQ(Slot(batch, 0), ExpectedClip(request, 8, &decoded));
  EXPECT_EQ(results[0].decoded_frames, 5);
  EXPECT_EQ(decoded, 5);
  EXPECT_EQ(results[0].ends_at, 40);
  EXPECT_EQ(results[0].damaged_packets, 0);
}

TEST_F(ClipDecoderTest, RefusesATableThatIsNone) {
  ClipRequest request = Clip(long_, 0, 1, 1, 0);
  request.table = "nonsense";
  ClipDecoder decoder(1);
  const std::vector<ClipResult> results = DecodeClips(decoder, {request}, MakeBatch(1, 1)).get();
  EXPECT_NE(results[0].error.find("no table"), std::string::npos);
}

TEST_F(ClipDecoderTest, BytesAreTheRoundedFloats) {
  const std::vector<ClipRequest> requests = {Clip(long_, 3, 2, 4, 1), Clip(one_, 0, 1, 4, 0)};
  const ClipBatch floats = MakeBatch(2, 4);
  const auto values = std::make_shared<std::vector<uint8_t>>(2 * 4 * kFrame, 7);
  const ClipBatch bytes = {std::shared_ptr<void>(values, values->data()), PixelType::kUint8, 2, 4,
                           kSize};
  ClipDecoder decoder(1);
  DecodeClips(decoder, requests, floats).get();
  DecodeClips(decoder, requests, bytes).get();
  const auto* expected = static_cast<const float*>(floats.data.get());
  for (size_t i = 0; i < values->size(); ++i) {
    ASSERT_EQ((*values)[i], static_cast<uint8_t>(std::lround(expected[i] * 255))) << i;
  }
}

TEST_F(ClipDecoderTest, APipeIsNoVideoAndHoldsNobodyUp) {
  ASSERT_EQ(mkfifo(folder_.File("pipe.avi").c_str(), 0600), 0);
  ClipDecoder decoder(1);
  const std::vector<ClipResult> results =
      DecodeClips(decoder, {Clip(folder_.File("pipe.avi"), 0, 1, 1, 0)}, MakeBatch(1, 1)).get();
  EXPECT_NE(results[0].error.find("no regular file"), std::string::npos);
}

TEST(RealClipTest, Ucf101ClipsEqualSequentialDecoding) {
  const std::vector<std::string> clips = UcfClips(40);
  if (clips.empty()) GTEST_SKIP() << "The UCF101 clips are absent: set MOVINET_ASSETS";
  std::vector<ClipRequest> requests;
  for (const std::string& path : clips) {
    const auto slot = static_cast<int64_t>(requests.size());
    requests.push_back(Clip(path, slot * 11, 15, 8, slot));
  }
  const ClipBatch batch = MakeBatch(static_cast<int64_t>(requests.size()), 8);
  ClipDecoder decoder(2);
  const std::vector<ClipResult> results = DecodeClips(decoder, requests, batch).get();
  for (size_t i = 0; i < requests.size(); ++i) {
    int64_t decoded = 0;
    EXPECT_EQ(Slot(batch, requests[i].slot), ExpectedClip(requests[i], 8, &decoded))
        << requests[i].path;
    EXPECT_EQ(results[i].decoded_frames, decoded);
  }
}

}  // namespace
}  // namespace movinet
