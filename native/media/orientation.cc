#include "media/orientation.h"

#include <cmath>
#include <cstddef>

namespace movinet {
namespace {

constexpr size_t kMatrixSize = 9 * sizeof(int32_t);

const int32_t* DisplayMatrix(const AVStream& track) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 100)
  const AVCodecParameters& parameters = *track.codecpar;
  const AVPacketSideData* const data = av_packet_side_data_get(
      parameters.coded_side_data, parameters.nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  if (data == nullptr || data->size < kMatrixSize) return nullptr;
  return reinterpret_cast<const int32_t*>(data->data);
#else
  size_t size = 0;
  const uint8_t* const data = av_stream_get_side_data(&track, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return size < kMatrixSize ? nullptr : reinterpret_cast<const int32_t*>(data);
#endif
}

}  // namespace

Orientation OrientationOfMatrix(const int32_t* matrix) {
  // A point (x, y), y downwards, is shown at (a x + c y, b x + d y).
  const double a = matrix[0];
  const double b = matrix[1];
  const double c = matrix[3];
  const double d = matrix[4];
  const double determinant = a * d - b * c;
  if (determinant == 0) return {0, false, false};
  const bool mirrored = determinant < 0;
  // What turns before the mirroring, if any, which changes the sign of the shown x.
  const double degrees = std::atan2(b, mirrored ? -a : a) * 180 / M_PI;
  const int quarters = static_cast<int>(std::lround(degrees / 90));
  constexpr double kMostDegreesOff = 1;
  if (std::abs(degrees - 90 * quarters) > kMostDegreesOff) return {0, false, false};
  return {(quarters + 4) % 4 * 90, mirrored, true};
}

Orientation OrientationOfFrame(const AVFrame& frame) {
  const AVFrameSideData* const data = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
  if (data == nullptr || data->size < kMatrixSize) return Orientation();
  return OrientationOfMatrix(reinterpret_cast<const int32_t*>(data->data));
}

Orientation OrientationOfTrack(const AVStream& track) {
  const int32_t* const matrix = DisplayMatrix(track);
  return matrix == nullptr ? Orientation() : OrientationOfMatrix(matrix);
}

}  // namespace movinet
