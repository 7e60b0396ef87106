#include "media/random_access.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace movinet {
namespace {

using Unit = std::vector<uint8_t>;
using UnitList = std::vector<Unit>;

/// Whether decoding may begin at a packet of these units, after start codes or after lengths.
bool Begins(const UnitList& units, bool with_lengths) {
  std::vector<uint8_t> bytes;
  for (const auto& unit : units) {
    if (with_lengths) {
      bytes.insert(bytes.end(), {0, 0, 0, static_cast<uint8_t>(unit.size())});
    } else {
      bytes.insert(bytes.end(), {0, 0, 0, 1});
    }
    bytes.insert(bytes.end(), unit.begin(), unit.end());
  }
  std::vector<uint8_t> configuration = {1, 0x42, 0, 30, 0xFF, 0xE0, 0};
  AVPacket packet{};
  packet.data = bytes.data();
  packet.size = static_cast<int>(bytes.size());
  packet.flags = AV_PKT_FLAG_KEY;
  AVCodecParameters parameters{};
  parameters.codec_id = AV_CODEC_ID_H264;
  if (with_lengths) {
    parameters.extradata = configuration.data();
    parameters.extradata_size = static_cast<int>(configuration.size());
  }
  return BeginsDecoding(packet, parameters, false);
}

TEST(RandomAccessTest, H264BeginsAtWholePictures) {
  // Units of H.264: their type, and for supplemental information its payload.
  const Unit sequence = {0x67, 0x42};
  const Unit idr = {0x65, 0x88};
  const Unit slice = {0x41, 0x9A};
  // Recovery points: the picture is whole at once (the count's code begins with a one), or later.
  const Unit recovery_now = {0x06, 0x06, 0x01, 0xC4, 0x80};
  const Unit recovery_later = {0x06, 0x06, 0x01, 0x24, 0x80};
  // Another message before the recovery point.
  const Unit second_message = {0x06, 0x05, 0x02, 0xAA, 0xBB, 0x06, 0x01, 0xC4, 0x80};
  for (const bool with_lengths : {false, true}) {
    EXPECT_TRUE(Begins({sequence, idr}, with_lengths));
    EXPECT_TRUE(Begins({recovery_now, slice}, with_lengths));
    EXPECT_TRUE(Begins({second_message, slice}, with_lengths));
    EXPECT_FALSE(Begins({recovery_later, slice}, with_lengths));
    EXPECT_FALSE(Begins({slice}, with_lengths));
    EXPECT_FALSE(Begins({}, with_lengths));
    EXPECT_FALSE(Begins({{0x06}, {0x06, 0xFF}, {0x06, 0x06, 0xFF}}, with_lengths));
  }
}

TEST(RandomAccessTest, AnyCodecBeginsAtItsFirstKeyFrame) {
  AVPacket packet{};
  AVCodecParameters parameters{};
  parameters.codec_id = AV_CODEC_ID_VP9;
  EXPECT_FALSE(BeginsDecoding(packet, parameters, true));
  packet.flags = AV_PKT_FLAG_KEY;
  EXPECT_TRUE(BeginsDecoding(packet, parameters, false));
  // Every packet of these is flagged.
  for (const AVCodecID codec : {AV_CODEC_ID_H261, AV_CODEC_ID_APNG}) {
    parameters.codec_id = codec;
    EXPECT_TRUE(BeginsDecoding(packet, parameters, true));
    EXPECT_FALSE(BeginsDecoding(packet, parameters, false));
  }
}

}  // namespace
}  // namespace movinet
