import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectPath } from '../../../lib/formats/inspect';
import { readCheckpoint } from '../../../lib/model/read-checkpoint';
import type { Architecture } from '../../../lib/movinet/architecture';
import { loadAddon } from '../../../lib/native/addon';
import { resealed } from '../../support/resealed-index';
import { splitParts } from '../parts';
import { TINY_PARAMETERS } from '../tiny-model';
import { inScratchFolder, refused, type Target } from './target';

/** Matching looks at the list of parameters alone. */
const architecture = { parameters: TINY_PARAMETERS } as unknown as Architecture;

/** A checkpoint's index and data, looked into and read as weights, its object graph too. */
export function open(): Target {
  const addon = loadAddon();
  return {
    run: (input) =>
      inScratchFolder(async (folder) => {
        const [index = input, data] = splitParts(input, 2);
        const prefix = join(folder, 'ckpt-1');
        // TensorFlow would refuse a wrong checksum before it reads on.
        writeFileSync(`${prefix}.index`, resealed(index));
        if (data !== undefined) writeFileSync(`${prefix}.data-00000-of-00001`, data);
        await refused(() => inspectPath(prefix));
        await refused(() => readCheckpoint(addon, prefix, architecture));
      }),
  };
}
