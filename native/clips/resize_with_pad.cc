#include "clips/resize_with_pad.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

namespace movinet {
namespace {

constexpr int kChannels = 3;

/// A pixel and, in the fourth lane, whatever follows it.
using Pixel = float __attribute__((vector_size(16)));

inline Pixel LoadPixel(const float* from) {
  Pixel pixel;
  std::memcpy(&pixel, from, sizeof(pixel));
  return pixel;
}

inline void StorePixel(float* to, Pixel pixel) { std::memcpy(to, &pixel, sizeof(pixel)); }

void ScaleBytes(const uint8_t* __restrict bytes, int count, float* __restrict output) {
  constexpr float kScale = 1.0f / 255.0f;
  for (int i = 0; i < count; ++i) output[i] = static_cast<float>(bytes[i]) * kScale;
}

void MixRows(const float* __restrict top, const float* __restrict bottom, float weight, int count,
             float* __restrict output) {
  for (int i = 0; i < count; ++i) output[i] = top[i] + (bottom[i] - top[i]) * weight;
}

inline Pixel Repeat(float value) { return Pixel{value, value, value, value}; }

/// MixRows() with a matrix on each pixel. Writes not a float past the row: there another frame may
/// begin, which another thread writes.
void MixRowsInColour(const float* __restrict top, const float* __restrict bottom, float weight,
                     const ColourMatrix& colour, int pixels, float* __restrict output) {
  const auto column = [&colour](size_t index) {
    return Pixel{colour[index], colour[4 + index], colour[8 + index], 0.0f};
  };
  const Pixel red = column(0);
  const Pixel green = column(1);
  const Pixel blue = column(2);
  const Pixel constant = column(3);
  const Pixel low = Repeat(0.0f);
  const Pixel high = Repeat(1.0f);
  const Pixel weights = Repeat(weight);
  const auto mix = [&](ptrdiff_t at) {
    const Pixel upper = LoadPixel(top + at);
    const Pixel mixed = upper + (LoadPixel(bottom + at) - upper) * weights;
    const Pixel coloured =
        red * Repeat(mixed[0]) + green * Repeat(mixed[1]) + blue * Repeat(mixed[2]) + constant;
    const Pixel positive = coloured > low ? coloured : low;
    return positive < high ? positive : high;
  };
  const ptrdiff_t last = static_cast<ptrdiff_t>(pixels - 1) * kChannels;
  for (ptrdiff_t at = 0; at < last; at += kChannels) StorePixel(output + at, mix(at));
  const Pixel pixel = mix(last);
  std::memcpy(output + last, &pixel, kChannels * sizeof(float));
}

}  // namespace

PadGeometry ComputePadGeometry(int width, int height, int size) {
  if (width < 1 || height < 1 || size < 1) {
    throw std::invalid_argument("Frame sizes must be at least 1, not " + std::to_string(width) +
                                "x" + std::to_string(height) + " to " + std::to_string(size));
  }
  const float target = static_cast<float>(size);
  const float ratio =
      std::max(static_cast<float>(width) / target, static_cast<float>(height) / target);
  const float resized_height = static_cast<float>(height) / ratio;
  const float resized_width = static_cast<float>(width) / ratio;
  PadGeometry geometry;
  geometry.height = static_cast<int>(std::floor(resized_height));
  geometry.width = static_cast<int>(std::floor(resized_width));
  geometry.top = std::max(0, static_cast<int>(std::floor((target - resized_height) / 2)));
  geometry.left = std::max(0, static_cast<int>(std::floor((target - resized_width) / 2)));
  if (geometry.height < 1 || geometry.width < 1) {
    throw std::invalid_argument("A frame of " + std::to_string(width) + "x" +
                                std::to_string(height) + " is too narrow to be resized to " +
                                std::to_string(size) + "x" + std::to_string(size));
  }
  return geometry;
}

ResizeWithPad::ResizeWithPad(int size, const FrameTransform& transform)
    : size_(size), transform_(transform) {
  if (size < 1) throw std::invalid_argument("The frame size must be at least 1");
}

std::vector<ResizeWithPad::Tap> ResizeWithPad::ComputeTaps(int source_size, int resized_size) {
  const float scale = static_cast<float>(source_size) / static_cast<float>(resized_size);
  std::vector<Tap> taps(static_cast<size_t>(resized_size));
  for (int i = 0; i < resized_size; ++i) {
    const float position = (static_cast<float>(i) + 0.5f) * scale - 0.5f;
    const float floor = std::floor(position);
    taps[static_cast<size_t>(i)] = {
        std::max(static_cast<int>(floor), 0),
        std::min(static_cast<int>(std::ceil(position)), source_size - 1), position - floor};
  }
  return taps;
}

void ResizeWithPad::Prepare(int width, int height) {
  if (width != width_ || height != height_) {
    geometry_ = transform_.crop ? PadGeometry{size_, size_, 0, 0}
                                : ComputePadGeometry(width, height, size_);
    columns_ = ComputeTaps(width, geometry_.width);
    if (transform_.flip) {
      geometry_.left = size_ - geometry_.left - geometry_.width;
      std::reverse(columns_.begin(), columns_.end());
    }
    rows_ = ComputeTaps(height, geometry_.height);
    source_row_.assign(static_cast<size_t>(width) * kChannels + 1, 0.0f);
    for (auto& row : resized_rows_) {
      row.assign(static_cast<size_t>(geometry_.width) * kChannels + 1, 0.0f);
    }
    width_ = width;
    height_ = height;
  }
  resized_row_index_[0] = resized_row_index_[1] = -1;
}

const float* ResizeWithPad::ResizedRow(const FrameView& frame, int row, int keep) {
  if (resized_row_index_[0] == row) return resized_rows_[0].data();
  if (resized_row_index_[1] == row) return resized_rows_[1].data();
  const int buffer = resized_row_index_[0] == keep ? 1 : 0;
  resized_row_index_[buffer] = row;
  ScaleBytes(frame.data + static_cast<size_t>(row) * frame.stride, width_ * kChannels,
             source_row_.data());
  const float* source = source_row_.data();
  float* output = resized_rows_[buffer].data();
  const bool swap = frame.order == ChannelOrder::kBgr;
  for (const Tap& tap : columns_) {
    const Pixel left = LoadPixel(source + static_cast<ptrdiff_t>(tap.lower) * kChannels);
    const Pixel right = LoadPixel(source + static_cast<ptrdiff_t>(tap.upper) * kChannels);
    const Pixel weight = {tap.weight, tap.weight, tap.weight, tap.weight};
    const Pixel mixed = left + (right - left) * weight;
    StorePixel(output, swap ? Pixel{mixed[2], mixed[1], mixed[0], mixed[3]} : mixed);
    output += kChannels;
  }
  return resized_rows_[buffer].data();
}

void ResizeWithPad::MixRow(const float* top, const float* bottom, float weight,
                           float* output) const {
  if (transform_.colour) {
    MixRowsInColour(top, bottom, weight, *transform_.colour, geometry_.width, output);
  } else {
    MixRows(top, bottom, weight, geometry_.width * kChannels, output);
  }
}

void ResizeWithPad::Apply(const FrameView& whole, float* output) {
  const FrameView frame =
      transform_.crop ? PartOf(whole, CropBox(*transform_.crop, whole.width, whole.height)) : whole;
  Prepare(frame.width, frame.height);
  const size_t row_length = static_cast<size_t>(size_) * kChannels;
  const size_t left = static_cast<size_t>(geometry_.left) * kChannels;
  const size_t middle = static_cast<size_t>(geometry_.width) * kChannels;
  float* row = std::fill_n(output, static_cast<size_t>(geometry_.top) * row_length, 0.0f);
  for (const Tap& tap : rows_) {
    const float* top = ResizedRow(frame, tap.lower, tap.upper);
    const float* bottom = ResizedRow(frame, tap.upper, tap.lower);
    std::fill_n(row, left, 0.0f);
    MixRow(top, bottom, tap.weight, row + left);
    std::fill_n(row + left + middle, row_length - left - middle, 0.0f);
    row += row_length;
  }
  std::fill(row, output + static_cast<size_t>(size_) * row_length, 0.0f);
}

}  // namespace movinet
