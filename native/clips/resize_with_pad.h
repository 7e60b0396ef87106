#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "clips/frame_transform.h"
#include "video/frame_view.h"

namespace movinet {

/// Where a frame lands in its square: the resized frame and the zero rows above and columns left of
/// it.
struct PadGeometry {
  int height;
  int width;
  int top;
  int left;
};

/// The rounding rules of `tf.image.resize_with_pad`, in its float32 arithmetic. Throws
/// std::invalid_argument for sizes below one and for a frame so narrow that nothing would be left
/// of it.
PadGeometry ComputePadGeometry(int width, int height, int size);

/// `tf.image.resize_with_pad(tf.image.convert_image_dtype(frame, tf.float32), size, size)`,
/// bilinear with half-pixel centres and no antialiasing, equal to TensorFlow's CPU kernel bit for
/// bit. With a transform the same arithmetic on a part of the frame, which fills the square, on
/// mirrored columns, and with a matrix on each pixel of the picture. Keeps its tables from frame to
/// frame, so one object serves one thread.
class ResizeWithPad {
 public:
  /// `transform`: one that CheckTransform() lets pass. Throws std::invalid_argument for a size
  /// below one.
  explicit ResizeWithPad(int size, const FrameTransform& transform = {});

  /// Writes `size` x `size` RGB pixels, float32 in [0, 1], row-major; frames may differ in size
  /// from call to call, and a crop is of each one's own size.
  void Apply(const FrameView& whole, float* output);

  int size() const noexcept { return size_; }

 private:
  /// One output coordinate as a mix of two source coordinates.
  struct Tap {
    int lower;
    int upper;
    float weight;
  };

  static std::vector<Tap> ComputeTaps(int source_size, int resized_size);
  void Prepare(int width, int height);
  /// Writes one row of the picture as a mix of two resized rows.
  void MixRow(const float* top, const float* bottom, float weight, float* output) const;
  /// The source row `row` resized in width; the buffer that holds row `keep` is left alone.
  const float* ResizedRow(const FrameView& frame, int row, int keep);

  const int size_;
  const FrameTransform transform_;
  /// Of the frame, or of the part of it that is taken.
  int width_ = 0;
  int height_ = 0;
  PadGeometry geometry_{};
  std::vector<Tap> columns_;
  std::vector<Tap> rows_;
  /// One source row in [0, 1], with room to read past its last pixel.
  std::vector<float> source_row_;
  /// The last two source rows resized in width, as RGB, with room to write past the last pixel.
  std::vector<float> resized_rows_[2];
  int resized_row_index_[2] = {-1, -1};
};

}  // namespace movinet
