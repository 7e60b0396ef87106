import { statSync } from 'node:fs';
import { join } from 'node:path';
import { RemoteZip } from '../../../lib/io/remote-zip';
import { RangeServer } from '../../io/support/range-server';
import { inScratchFolder, refused, type Target } from './target';

const MOST_MEMBERS = 4;
const MOST_BYTES = 2 ** 24;

/** A zip archive on a server of this machine, opened and unpacked: no member may become larger than it says. */
export async function open(): Promise<Target> {
  const server = await new RangeServer(Buffer.alloc(0)).listen();
  return {
    run: async (input) => {
      server.content = input;
      server.requests.length = 0;
      await refused(async () => {
        const zip = await RemoteZip.open(server.url, { retries: 0 });
        const members = zip.entries.filter(({ size }) => size <= MOST_BYTES).slice(0, MOST_MEMBERS);
        for (const [index, member] of members.entries())
          await inScratchFolder(async (folder) => {
            const path = join(folder, `member-${index}`);
            await refused(() => zip.extract(member, path));
            const written = statSync(path, { throwIfNoEntry: false })?.size ?? member.size;
            if (written !== member.size) throw new Error(`${member.name} has ${written} of ${member.size} bytes`);
          });
      });
    },
    close: () => server.close(),
  };
}
