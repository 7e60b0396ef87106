import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes what is in the prebuilt addons and under which conditions. `folder`: versions.txt and a licence each, as static-libraries.sh leaves them. */
export function writeNotice(file: string, folder: string): void {
  const versions = readFileSync(join(folder, 'versions.txt'), 'utf8').trim().split('\n');
  const parts = versions.map((line) => {
    const name = line.split(' ')[0] ?? '';
    return `${'='.repeat(80)}\n${line}\n${'='.repeat(80)}\n\n${readFileSync(join(folder, `${name}.txt`), 'utf8').trim()}\n`;
  });
  const head = `The addons in this folder have these libraries in them, compiled from the sources of Debian's packages of these versions:

${versions.map((line) => `  ${line}`).join('\n')}

FFmpeg is used under the GNU Lesser General Public License 2.1 or later, without its parts under the GPL. To use another version of it, build the
addon with your own: \`npx movinet setup --build-from-source\`. The script that made these is scripts/package/prebuilds/static-libraries.sh of
movinet-native's repository; the sources are Debian's packages of these versions, which Debian keeps at snapshot.debian.org.
`;
  writeFileSync(file, [head, ...parts].join('\n'));
}
