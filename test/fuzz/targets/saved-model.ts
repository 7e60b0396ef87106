import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectPath } from '../../../lib/formats/inspect';
import { splitParts } from '../parts';
import { inScratchFolder, refused, type Target } from './target';

/** A SavedModel, looked into without TensorFlow. */
export function open(): Target {
  return {
    run: (input) =>
      inScratchFolder(async (folder) => {
        const [model = input, index, data] = splitParts(input, 3);
        writeFileSync(join(folder, 'saved_model.pb'), model);
        const variables = join(folder, 'variables');
        mkdirSync(variables);
        if (index !== undefined) writeFileSync(join(variables, 'variables.index'), index);
        if (data !== undefined) writeFileSync(join(variables, 'variables.data-00000-of-00001'), data);
        await refused(() => inspectPath(folder));
      }),
  };
}
