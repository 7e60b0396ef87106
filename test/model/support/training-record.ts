import type { TrainingRecord } from '../../../lib/model/training-record';

/** A record with something in every place. */
export const trainingRecord = (): TrainingRecord => ({
  finished: '2026-11-27T01:00:00.000Z',
  data: { name: 'clips', split: '0.8', splitSeed: 3, videos: { train: 8, validation: 2, test: 1 } },
  weights: 'kinetics600',
  seed: 7,
  loss: { kind: 'crossEntropy', labelSmoothing: 0.1 },
  optimizer: { kind: 'adam', learningRate: { kind: 'cosine', steps: 10 } },
  epochs: 2,
  steps: 16,
  versions: { 'movinet-native': '1.0.0', tensorflow: '2.21.0', node: '22.0.0' },
});
