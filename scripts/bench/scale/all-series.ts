import { filesSeries } from './series/files';
import { streamedSeries, streamsSeries } from './series/streams';
import { batchSeries, classesSeries, epochsSeries, framesSeries, sizeSeries } from './series/training';
import { videoLengthSeries } from './series/video-length';
import type { Series } from './series';

export const ALL_SERIES: readonly Series[] = [
  ...[batchSeries, framesSeries, sizeSeries, classesSeries, epochsSeries],
  ...[videoLengthSeries, filesSeries, streamsSeries, streamedSeries],
];
