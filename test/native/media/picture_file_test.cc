#include "media/picture_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "media/video_error.h"
#include "picture_files.h"
#include "video/video_index.h"

namespace movinet {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(PictureFileTest, EachPictureIsOfItsOwnFormatAndSizeWhateverItsName) {
  const TemporaryFolder folder;
  struct Kind {
    const char* encoder;
    const char* name;
  };
  constexpr std::array<Kind, 5> kKinds = {
      {{"png", "1.jpg"}, {"bmp", "2.BMP"}, {"ppm", "3.Ppm"}, {"tiff", "4.tif"}, {"png", "5.webp"}}};
  std::vector<Bytes> expected;
  for (int i = 0; i < static_cast<int>(kKinds.size()); ++i) {
    const Kind& kind = kKinds.at(static_cast<size_t>(i));
    const int width = 20 + i;
    WriteTestPicture(folder.File(kind.name), kind.encoder, width, 16, i);
    expected.push_back(Bgr(TestFrame(width, 16, i)));
  }
  const std::vector<char> webp = EncodePicture("libwebp", 18, 12, TestFrame(18, 12, 9));
  if (!webp.empty()) {
    WriteBytes(folder.File("6.webp"), webp);
    expected.push_back(Bgr(TestFrame(18, 12, 9)));
  }
  WriteBytes(folder.File("7.pgm"), EncodePicture("pgm", 9, 9, Bytes(9 * 9 * 3, 77)));
  expected.emplace_back(9 * 9 * 3, 77);
  EXPECT_EQ(ReadAll(folder.path().string()), expected);
}

/// A JPEG whose camera was held otherwise.
std::vector<char> Turned(const std::vector<char>& jpeg, char orientation) {
  using namespace std::string_literals;
  const std::string exif = "\xFF\xE1\0\x22"s + "Exif\0\0"s + "MM\0*\0\0\0\x08"s +
                           "\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + orientation + "\0\0\0\0\0\0"s;
  const std::string bytes(jpeg.begin(), jpeg.end());
  const std::string turned = bytes.substr(0, 2) + exif + bytes.substr(2);
  return {turned.begin(), turned.end()};
}

TEST(PictureFileTest, APictureIsTurnedAsItsCameraNoted) {
  constexpr int kWidth = 24;
  constexpr int kHeight = 16;
  const std::vector<char> jpeg =
      EncodePicture("mjpeg", kWidth, kHeight, TestFrame(kWidth, kHeight, 3));
  const TemporaryFolder folder;
  WriteBytes(folder.File("0.jpg"), jpeg);
  for (char i = 1; i <= 8; ++i) {
    WriteBytes(folder.File(std::to_string(i) + ".jpg"), Turned(jpeg, i));
  }
  const auto reader = OpenReader(folder.path().string());
  ASSERT_TRUE(reader->Grab());
  const Bytes stored = CopyFrame(reader->Retrieve());
  for (int i = 1; i <= 8; ++i) {
    ASSERT_TRUE(reader->Grab());
    const FrameView shown = reader->Retrieve();
    const bool lies = i >= 5;
    ASSERT_EQ(shown.width, lies ? kHeight : kWidth) << i;
    ASSERT_EQ(shown.height, lies ? kWidth : kHeight) << i;
    Bytes expected;
    for (int y = 0; y < shown.height; ++y) {
      for (int x = 0; x < shown.width; ++x) {
        // Where the standard says the stored first row and column are shown.
        const bool from_right = i == 2 || i == 3 || i == 7 || i == 8;
        const bool from_bottom = i == 3 || i == 4 || i == 6 || i == 7;
        const int along = lies ? y : x;
        const int across = lies ? x : y;
        const int column = from_right ? kWidth - 1 - along : along;
        const int row = from_bottom ? kHeight - 1 - across : across;
        const auto pixel = stored.begin() + 3 * (row * kWidth + column);
        expected.insert(expected.end(), pixel, pixel + 3);
      }
    }
    EXPECT_EQ(CopyFrame(shown), expected) << i;
  }
  EXPECT_EQ(IndexVideo(folder.path().string(), {}, NeverAborted()).width, kWidth);
  std::filesystem::rename(folder.File("6.jpg"), folder.File("-1.jpg"));
  const VideoIndex index = IndexVideo(folder.path().string(), {}, NeverAborted());
  EXPECT_EQ(index.width, kHeight);
  EXPECT_EQ(index.orientation.rotation, 90);
}

TEST(PictureFileTest, ADamagedPictureIsReadOrRefused) {
  const TemporaryFolder folder;
  WriteTestPicture(folder.File("2.png"), "png", 8, 8, 0);
  std::mt19937 random(5);
  int read = 0;
  int refused = 0;
  for (const char* encoder : {"png", "mjpeg", "bmp", "tiff", "ppm", "libwebp"}) {
    const std::vector<char> whole = EncodePicture(encoder, 33, 17, TestFrame(33, 17, 1));
    if (whole.empty()) continue;
    for (int i = 0; i < 60; ++i) {
      std::vector<char> bytes = whole;
      if (i % 3 == 0) bytes.resize(random() % bytes.size());
      for (unsigned flips = 1 + random() % 6; flips > 0 && !bytes.empty(); --flips) {
        const size_t within = i % 2 == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 64);
        bytes[random() % within] = static_cast<char>(random() % 256);
      }
      WriteBytes(folder.File("1.png"), bytes);
      const auto reader = OpenReader(folder.path().string());
      while (reader->Grab()) {
        try {
          CopyFrame(reader->Retrieve());
        } catch (const VideoError&) {
          // It decodes, but is none of the sizes and formats that can be shown.
        }
      }
      ++(reader->position().damaged_packets > 0 ? refused : read);
    }
  }
  EXPECT_GT(read, 20);
  EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace movinet
