import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(process.env['MOVINET_ASSETS'] ?? join(__dirname, '../../../shared'));

/** 150 clips of UCF101: 6 classes, 25 groups each. */
export const UCF101_CLIPS = join(root, 'videos/ucf101');

/** `describe` where a file or folder of the test material is there, else `describe.skip`: seen as skipped in the results. */
export const describeWith = (...paths: readonly string[]): jest.Describe =>
  paths.every((path) => existsSync(path)) ? describe : describe.skip;

/** The real Kinetics-600 weights of the A0 stream model with ReLU6. */
export const KINETICS_CHECKPOINT = join(root, 'models/movinet_a0_stream_relu6_k600/ckpt-1');

/** Two clips whose Kinetics-600 classes are known. */
export const LABELLED_CLIPS = join(root, 'videos/labelled');

/** Tiny videos, each with one thing that readers stumble over, and the truth about them. */
export const VIDEO_ZOO = join(root, 'videos/zoo');
