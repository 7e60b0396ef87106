import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Header, type HeaderData } from 'tar';

export interface ArchiveMember extends HeaderData {
  readonly path: string;
  readonly content?: Uint8Array;
}

/** A tar archive in memory, with any names and types, also ones that no archiver would write. */
export function writeTar(members: readonly ArchiveMember[]): Buffer {
  const parts = members.flatMap(({ content = Buffer.alloc(0), ...fields }) => {
    const header = Buffer.alloc(512);
    // Numbers as archivers write them: a mode that would make the file unreadable must not matter either.
    new Header({ type: 'File', mode: 0, mtime: new Date(0), size: content.length, ...fields }).encode(header);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

export function writeTarGz(members: readonly ArchiveMember[]): Buffer {
  return gzipSync(writeTar(members), { level: 1 });
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The files of a checkpoint as members below a folder of the archive. */
export function checkpointMembers(prefix: string, folder = ''): ArchiveMember[] {
  const name = prefix.slice(prefix.lastIndexOf('/') + 1);
  const state = `model_checkpoint_path: "/placer/elsewhere/${name}"\n`;
  return [
    { path: folder, type: 'Directory' as const },
    { path: `${folder}checkpoint`, content: Buffer.from(state) },
    ...['.index', '.data-00000-of-00001'].map((suffix) => ({
      path: `${folder}${name}${suffix}`,
      content: readFileSync(prefix + suffix),
    })),
  ].filter(({ path }) => path !== '');
}
