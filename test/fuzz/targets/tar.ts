import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderSize } from '../../../lib/io/look';
import { unpackArchive } from '../../../lib/io/tar-archive';
import { inScratchFolder, refused, type Target } from './target';

const MAX_BYTES = 2 ** 20;

/** A tar archive, packed or not: nothing may be written outside of its folder, and no more than is allowed. */
export function open(): Target {
  return {
    run: (input) =>
      inScratchFolder(async (folder) => {
        const [archive, target] = [join(folder, 'archive'), join(folder, 'inner', 'target')];
        writeFileSync(archive, input);
        mkdirSync(target, { recursive: true });
        await refused(() => unpackArchive(archive, target, { maxBytes: MAX_BYTES }));
        const outside = [readdirSync(folder).sort().join(), readdirSync(join(folder, 'inner')).join()];
        if (outside.join() !== 'archive,inner,target') throw new Error(`Written outside: ${outside.join()}`);
        const bytes = await folderSize(target);
        if (bytes > MAX_BYTES) throw new Error(`${bytes} bytes unpacked`);
      }),
  };
}
