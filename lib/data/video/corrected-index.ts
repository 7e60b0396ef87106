import type { VideoIndex } from '../../native/video';

/**
 * An index with the end that decoding has met. Where it was sure of another one before, it promised those frames: the video breaks off, and later runs know it too.
 */
export function correctedIndex(index: VideoIndex, frameCount: number): VideoIndex {
  const { promisedFrames = 0, frameCount: listed, exact } = index;
  const promised = Math.max(promisedFrames, exact ? listed : 0);
  return {
    ...index,
    frameCount,
    exact: true,
    duration: listed > 0 ? (index.duration * frameCount) / listed : index.duration,
    ...(promised > frameCount && { promisedFrames: promised }),
  };
}
