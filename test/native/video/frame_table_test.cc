#include "video/frame_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>

#include "video/frame_pace.h"

namespace movinet {
namespace {

FrameTable SomeTable() {
  FrameTable table;
  table.unit_den = 12800;
  table.identity = FrameIdentity::kPts;
  for (int64_t i = 0; i < 300; ++i) table.ids.push_back(-1024 + i * 512 + (i % 7 == 3 ? 1 : 0));
  table.times = table.ids;
  table.key_frames = {{0, -1024, -2048}, {100, 50176, 49152}, {200, 101376, kNoTime}};
  return table;
}

void ExpectEqual(const FrameTable& a, const FrameTable& b) {
  EXPECT_EQ(a.unit_num, b.unit_num);
  EXPECT_EQ(a.unit_den, b.unit_den);
  EXPECT_EQ(a.identity, b.identity);
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(a.times, b.times);
  ASSERT_EQ(a.key_frames.size(), b.key_frames.size());
  for (size_t i = 0; i < a.key_frames.size(); ++i) {
    EXPECT_EQ(a.key_frames[i].frame, b.key_frames[i].frame);
    EXPECT_EQ(a.key_frames[i].pts, b.key_frames[i].pts);
    EXPECT_EQ(a.key_frames[i].dts, b.key_frames[i].dts);
  }
}

TEST(FrameTableTest, IsTheSameAfterPacking) {
  const FrameTable table = SomeTable();
  ExpectEqual(UnpackTable(PackTable(table)), table);
  FrameTable by_dts = table;
  by_dts.identity = FrameIdentity::kDts;
  for (int64_t& id : by_dts.ids) id += 7;
  ExpectEqual(UnpackTable(PackTable(by_dts)), by_dts);
  FrameTable counted;
  counted.times = {0, 40, 40, 80};
  ExpectEqual(UnpackTable(PackTable(counted)), counted);
}

TEST(FrameTableTest, EvenlySpacedFramesTakeSomeBytes) {
  FrameTable table;
  table.identity = FrameIdentity::kPts;
  for (int64_t i = 0; i < 100'000; ++i) table.ids.push_back(i * 512);
  table.times = table.ids;
  for (int64_t i = 0; i < 100'000; i += 250) table.key_frames.push_back({i, i * 512, i * 512});
  EXPECT_LT(PackTable(table).size(), 100u);
}

TEST(FrameTableTest, FindsFramesAndKeyFrames) {
  const FrameTable table = SomeTable();
  EXPECT_EQ(table.Find(-1024), 0);
  EXPECT_EQ(table.Find(-1023), -1);
  EXPECT_EQ(table.Find(table.ids.back()), 299);
  EXPECT_EQ(table.KeyFrameBefore(99), 0);
  EXPECT_EQ(table.KeyFrameBefore(100), 1);
  EXPECT_EQ(table.KeyFrameBefore(299), 2);
  EXPECT_EQ(FrameTable().KeyFrameBefore(0), -1);
}

TEST(FrameTableTest, DamagedBytesAreRefusedOrATable) {
  const std::string bytes = PackTable(SomeTable());
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = bytes.substr(0, i % 5 == 0 ? random() % bytes.size() : bytes.size());
    for (unsigned flips = random() % 4; flips > 0 && !damaged.empty(); --flips) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    try {
      const FrameTable table = UnpackTable(damaged);
      // What is a table can be worked with.
      EXPECT_LE(table.Find(0), table.frame_count());
      PackTable(table);
    } catch (const std::invalid_argument&) {
      // Refused.
    }
  }
  EXPECT_THROW(UnpackTable(""), std::invalid_argument);
  EXPECT_THROW(UnpackTable(bytes + '\0'), std::invalid_argument);
}

TEST(FramePaceTest, TellsConstantRatesFromVariableOnes) {
  FrameTable table;
  table.unit_den = 1000;
  // 30 frames a second in milliseconds: rounding alone.
  for (int64_t i = 0; i < 300; ++i) table.times.push_back((i * 1000 + 15) / 30);
  FramePace pace = PaceOf(table, 30);
  EXPECT_FALSE(pace.is_variable);
  EXPECT_NEAR(pace.average_rate, 30, 0.01);
  EXPECT_NEAR(pace.duration, 10, 0.001);
  // A frame that was lost does not make a rate variable; a second part at another rate does.
  table.times.erase(table.times.begin() + 150);
  EXPECT_FALSE(PaceOf(table, 30).is_variable);
  for (int64_t i = 0; i < 30; ++i) table.times.push_back(10'000 + i * 200);
  EXPECT_TRUE(PaceOf(table, 30).is_variable);
  FrameTable one;
  one.times = {40};
  EXPECT_EQ(PaceOf(one, 25).duration, 0.04);
  EXPECT_EQ(PaceOf(FrameTable(), 30).average_rate, 0);
}

}  // namespace
}  // namespace movinet
