import { predictedClasses, type Target, type TaskKind } from '../base/task';

/**
 * How right the scores of one clip are, from 0 to 1. Single-label: 1 where its class has the highest score. Multi-label: the share of classes that are rightly
 * above `threshold` or not, Keras' binary accuracy.
 */
export function rightShare(scores: Float32Array, target: Target, kind: TaskKind, threshold: number): number {
  if (kind === 'single-label') return predictedClasses(scores, 1)[0] === target[0] ? 1 : 0;
  let right = 0;
  scores.forEach((score, index) => {
    if (score > threshold === target.includes(index)) right += 1;
  });
  return right / scores.length;
}
