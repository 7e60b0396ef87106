#include "clips/frame_transform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "clips/resize_with_pad.h"
#include "reference_frames.h"

namespace movinet {
namespace {

constexpr float kNeverWritten = -7.0f;

struct Size {
  int width;
  int height;
  int size;
};

/// Odd ones, narrow ones, and some whose padding is wider on one side.
constexpr std::array<Size, 8> kSizes = {{{32, 24, 16},
                                         {5, 9, 8},
                                         {9, 5, 8},
                                         {23, 41, 17},
                                         {1, 1, 5},
                                         {64, 48, 31},
                                         {300, 7, 64},
                                         {7, 300, 64}}};

std::string NameOf(const Size& size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height) + " to " +
         std::to_string(size.size);
}

/// The reference frame of `size`; its memory ends with it, and what follows the output must stay.
std::vector<float> Apply(const Size& size, const FrameTransform& transform,
                         ChannelOrder order = ChannelOrder::kRgb, size_t padding = 0) {
  const size_t stride = static_cast<size_t>(size.width) * 3 + padding;
  const std::vector<uint8_t> bytes = ReferenceFrame(size.width, size.height, order, stride);
  const size_t count = static_cast<size_t>(size.size) * static_cast<size_t>(size.size) * 3;
  std::vector<float> output(count + 3, kNeverWritten);
  ResizeWithPad resize(size.size, transform);
  resize.Apply({bytes.data(), size.width, size.height, stride, order}, output.data());
  EXPECT_EQ(std::vector<float>(output.end() - 3, output.end()),
            std::vector<float>(3, kNeverWritten));
  output.resize(count);
  return output;
}

/// Values of a fixture's node, or none.
std::vector<double> NumbersOf(const cv::FileNode& node) {
  std::vector<double> numbers;
  for (const cv::FileNode& number : node) numbers.push_back(static_cast<double>(number));
  return numbers;
}

FrameTransform TransformOf(const cv::FileNode& node) {
  FrameTransform transform;
  transform.flip = static_cast<int>(node["flip"]) != 0;
  const std::vector<double> crop = NumbersOf(node["crop"]);
  if (!crop.empty()) transform.crop = {crop.at(0), crop.at(1), crop.at(2), crop.at(3)};
  const std::vector<double> colour = NumbersOf(node["colour"]);
  if (!colour.empty()) {
    transform.colour.emplace();
    for (size_t i = 0; i < colour.size(); ++i) {
      transform.colour->at(i) = static_cast<float>(colour[i]);
    }
  }
  return transform;
}

TEST(FrameTransformTest, EqualsThePlainReference) {
  const cv::FileStorage fixture = OpenFixture("augmentation.json");
  ASSERT_GE(fixture["frames"].size(), 18u);
  for (const cv::FileNode& node : fixture["frames"]) {
    const Size size = {static_cast<int>(node["width"]), static_cast<int>(node["height"]),
                       static_cast<int>(node["size"])};
    SCOPED_TRACE(NameOf(size));
    const FrameTransform transform = TransformOf(node);
    EXPECT_NO_THROW(CheckTransform(transform));
    if (transform.crop) {
      const PixelBox box = CropBox(*transform.crop, size.width, size.height);
      const std::vector<double> expected = NumbersOf(node["box"]);
      EXPECT_EQ(
          std::vector<double>({static_cast<double>(box.left), static_cast<double>(box.top),
                               static_cast<double>(box.width), static_cast<double>(box.height)}),
          expected);
    }
    for (const ChannelOrder order : {ChannelOrder::kRgb, ChannelOrder::kBgr}) {
      const std::vector<float> output = Apply(size, transform, order, 5);
      const std::vector<double> at = NumbersOf(node["at"]);
      const std::vector<double> values = NumbersOf(node["values"]);
      ASSERT_FALSE(at.empty());
      for (size_t i = 0; i < at.size(); ++i) {
        EXPECT_NEAR(output.at(static_cast<size_t>(at[i])), values.at(i), 1e-6) << "at " << at[i];
      }
      EXPECT_EQ(Fnv1a(output.data(), output.size()), BitsOf(node)) << "not equal bit for bit";
    }
  }
}

TEST(FrameTransformTest, AFlipMirrorsTheFinishedSquare) {
  for (const Size& size : kSizes) {
    FrameTransform transform;
    for (const bool crops : {false, true}) {
      if (crops) transform.crop = {0.2, 0.1, 0.7, 0.8};
      transform.flip = false;
      const std::vector<float> plain = Apply(size, transform);
      transform.flip = true;
      const std::vector<float> flipped = Apply(size, transform);
      std::vector<float> expected;
      for (int y = 0; y < size.size; ++y) {
        for (int x = size.size - 1; x >= 0; --x) {
          const float* pixel = plain.data() + static_cast<ptrdiff_t>(y * size.size + x) * 3;
          expected.insert(expected.end(), pixel, pixel + 3);
        }
      }
      EXPECT_EQ(flipped, expected) << NameOf(size) << (crops ? ", cropped" : "");
    }
  }
}

TEST(FrameTransformTest, ACropIsThatPartOfTheFrameAlone) {
  for (const Size& size : kSizes) {
    for (const CropShares& crop : {CropShares{0, 0, 0.5, 0.25}, CropShares{0.6, 0.3, 0.4, 0.7},
                                   CropShares{0.45, 0, 0.01, 1}}) {
      const PixelBox box = CropBox(crop, size.width, size.height);
      const size_t stride = static_cast<size_t>(size.width) * 3;
      const std::vector<uint8_t> frame =
          ReferenceFrame(size.width, size.height, ChannelOrder::kRgb, stride);
      std::vector<uint8_t> part;
      for (int y = box.top; y < box.top + box.height; ++y) {
        const uint8_t* row = frame.data() + static_cast<size_t>(y) * stride + box.left * 3;
        part.insert(part.end(), row, row + box.width * 3);
      }
      FrameTransform whole;
      whole.crop = {0, 0, 1, 1};
      std::vector<float> expected(static_cast<size_t>(size.size * size.size) * 3);
      ResizeWithPad(size.size, whole)
          .Apply({part.data(), box.width, box.height, static_cast<size_t>(box.width) * 3,
                  ChannelOrder::kRgb},
                 expected.data());
      FrameTransform transform;
      transform.crop = crop;
      EXPECT_EQ(Apply(size, transform, ChannelOrder::kRgb, 4), expected) << NameOf(size);
    }
  }
}

TEST(FrameTransformTest, ACropOfASquareFrameThatIsWholeChangesNothing) {
  FrameTransform whole;
  whole.crop = {0, 0, 1, 1};
  for (const Size& size : {Size{31, 31, 16}, Size{16, 16, 16}, Size{3, 3, 20}}) {
    EXPECT_EQ(Apply(size, whole), Apply(size, {})) << NameOf(size);
  }
}

TEST(FrameTransformTest, AColourIsAMatrixOnThePictureAndNotOnItsPadding) {
  const ColourMatrix colour = {0.5f, -1, 0.25f, 0.25f, 2, 0, 0, -0.5f, 0, 0.125f, 0.75f, 0.5f};
  for (const Size& size : kSizes) {
    std::vector<float> expected = Apply(size, {});
    const PadGeometry picture = ComputePadGeometry(size.width, size.height, size.size);
    for (int y = picture.top; y < picture.top + picture.height; ++y) {
      for (int x = picture.left; x < picture.left + picture.width; ++x) {
        float* pixel = expected.data() + static_cast<ptrdiff_t>(y * size.size + x) * 3;
        const std::array<float, 3> rgb = {pixel[0], pixel[1], pixel[2]};
        for (size_t c = 0; c < 3; ++c) {
          const float* row = colour.data() + c * 4;
          const float mixed = row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2] + row[3];
          pixel[c] = std::min(std::max(mixed, 0.0f), 1.0f);
        }
      }
    }
    FrameTransform transform;
    transform.colour = colour;
    EXPECT_EQ(Apply(size, transform), expected) << NameOf(size);
    EXPECT_EQ(Apply(size, transform, ChannelOrder::kBgr, 3), expected) << NameOf(size);
  }
}

TEST(FrameTransformTest, TheLargestColoursStayInsideTheUnitInterval) {
  FrameTransform transform;
  transform.colour.emplace().fill(std::numeric_limits<float>::max());
  transform.colour->at(4) = transform.colour->at(5) = -std::numeric_limits<float>::max();
  EXPECT_NO_THROW(CheckTransform(transform));
  for (const float value : Apply({9, 9, 9}, transform)) {
    EXPECT_TRUE(value >= 0 && value <= 1) << value;
  }
}

TEST(FrameTransformTest, OneObjectCropsFramesOfAnySizeByTheirOwn) {
  FrameTransform transform;
  transform.crop = {0.25, 0.5, 0.5, 0.5};
  transform.flip = true;
  ResizeWithPad reused(16, transform);
  for (const Size& size :
       {Size{40, 20, 16}, Size{20, 40, 16}, Size{20, 40, 16}, Size{80, 20, 16}, Size{40, 20, 16}}) {
    const size_t stride = static_cast<size_t>(size.width) * 3;
    const std::vector<uint8_t> bytes =
        ReferenceFrame(size.width, size.height, ChannelOrder::kRgb, stride);
    std::vector<float> output(size_t{16} * 16 * 3);
    reused.Apply({bytes.data(), size.width, size.height, stride, ChannelOrder::kRgb},
                 output.data());
    EXPECT_EQ(output, Apply(size, transform)) << NameOf(size);
  }
}

TEST(CropBoxTest, LiesOnWholePixelsWithinTheFrame) {
  const auto box = [](const CropShares& crop, int width, int height) {
    const PixelBox pixels = CropBox(crop, width, height);
    return std::array<int, 4>{pixels.left, pixels.top, pixels.width, pixels.height};
  };
  using Box = std::array<int, 4>;
  EXPECT_EQ(box({0, 0, 1, 1}, 320, 240), (Box{0, 0, 320, 240}));
  // Half of a pixel is rounded away from zero, at both edges.
  EXPECT_EQ(box({0.5, 0.5, 0.5, 0.25}, 5, 6), (Box{3, 3, 2, 2}));
  EXPECT_EQ(box({0, 0, 1e-9, 1e-9}, 10, 10), (Box{0, 0, 1, 1}));
  EXPECT_EQ(box({0.9999, 0.9999, 0.0001, 0.0001}, 10, 10), (Box{9, 9, 1, 1}));
  // What was a number of pixels before it became a share is that number again.
  for (int width = 1; width < 400; width += 7) {
    for (int left = 0; left < width; left += 3) {
      for (int length = 1; left + length <= width; length += 5) {
        const double pixels = width;
        const FrameTransform transform = {CropShares{left / pixels, 0, length / pixels, 1}, false,
                                          std::nullopt};
        ASSERT_NO_THROW(CheckTransform(transform));
        ASSERT_EQ(box(*transform.crop, width, 3), (Box{left, 0, length, 3}));
      }
    }
  }
}

TEST(CheckTransformTest, RefusesWhatMakesNoSense) {
  const double nan = std::nan("");
  for (const CropShares& crop :
       {CropShares{-0.1, 0, 0.5, 1}, CropShares{0, -0.1, 1, 0.5}, CropShares{0, 0, 0, 1},
        CropShares{0, 0, 1, 0}, CropShares{0, 0, -1, 1}, CropShares{0.5, 0, 0.6, 1},
        CropShares{0, 0.5, 1, 0.6}, CropShares{nan, 0, 1, 1}, CropShares{0, 0, 1, nan},
        CropShares{0, 0, 1e300, 1}}) {
    FrameTransform transform;
    transform.crop = crop;
    EXPECT_THROW(CheckTransform(transform), std::invalid_argument)
        << crop.x << " " << crop.y << " " << crop.width << " " << crop.height;
  }
  for (const float wrong : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    FrameTransform transform;
    transform.colour.emplace().fill(0.0f);
    transform.colour->back() = wrong;
    EXPECT_THROW(CheckTransform(transform), std::invalid_argument) << wrong;
  }
  EXPECT_NO_THROW(CheckTransform({}));
}

}  // namespace
}  // namespace movinet
