import { join } from 'node:path';

/** Checkpoint prefix of the project's own backbone; trained by `npm run sample:backbone` on motions that the sample does not have. */
export const SAMPLE_BACKBONE = join(__dirname, 'backbone', 'ckpt');

/** What `movinet train` does where nothing can be downloaded. Chosen so that it takes about a minute on two cores. */
export const SAMPLE_SETTINGS = {
  model: 'a0-base',
  /** Clips of each of the ten motions. */
  trainClipsPerMotion: 60,
  testClipsPerMotion: 20,
  /** Of the clips' generator; independent of `--seed`, so that the files are written once. */
  clipSeed: 20_211,
  size: 64,
  frames: 8,
  frameStep: 2,
  batchSize: 16,
  epochs: 8,
  learningRate: 1e-3,
  schedule: 'cosine',
  /** The stage from which on the network learns. */
  unfreeze: 'head',
} as const;
