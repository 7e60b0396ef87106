import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VIDEO_ZOO } from './assets';

/** What is true of one of the zoo's videos, by two readers of their own; its README says how a frame tells its number. */
export interface ZooTruth {
  readonly file: string;
  /** Pictures that a player shows; 0 where it cannot be opened. */
  readonly frames: number;
  /** Their numbers in the order shown, as `numbersText` writes them. */
  readonly numbers: string;
  readonly first_seconds: number;
  readonly last_seconds: number;
  readonly upright_size: readonly [width: number, height: number];
  readonly display_rotation: number;
  readonly mirrored: boolean;
  /** `4/3`. */
  readonly sample_aspect_ratio: string;
  readonly codec: string;
  readonly error?: string;
}

/** Empty where the zoo is not there, so that `it.each` has a table to skip. */
export function zooTruth(): readonly ZooTruth[] {
  const file = join(VIDEO_ZOO, 'truth.json');
  return existsSync(file) ? Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, ZooTruth>) : [];
}
