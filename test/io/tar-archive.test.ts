import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { hasArchiveName, unpackArchive } from '../../lib/io/tar-archive';
import { CheckpointError } from '../../lib/base/errors';
import { temporaryFolder } from './support/temporary-folder';
import { mountTinyDisk } from '../support/tiny-disk';
import { type ArchiveMember, writeTar, writeTarGz } from '../support/archives';

const folder = temporaryFolder();
const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 31) >>> 3));
const MEMBERS: ArchiveMember[] = [
  { path: 'model/', type: 'Directory' },
  { path: 'model/checkpoint', content: Buffer.from('text') },
  { path: './model/deep/data', content: noise },
];

async function unpack(archive: Buffer, options: { name?: string; maxBytes?: number } = {}): Promise<string> {
  const [path, target] = [join(folder(), 'a.tar.gz'), join(folder(), 'inner', 'target')];
  writeFileSync(path, archive);
  await mkdir(target, { recursive: true });
  await unpackArchive(path, target, options);
  return target;
}

async function failure(archive: Buffer, options = {}): Promise<Error> {
  return await unpack(archive, options).then(
    () => Promise.reject(new Error('it was unpacked')),
    (error: unknown) => error as Error,
  );
}

describe('unpackArchive', () => {
  it.each([
    ['packed', writeTarGz(MEMBERS)],
    ['unpacked', writeTar(MEMBERS)],
  ])('writes folders and files of an archive, %s, and can read them whatever modes it tells', async (_, archive) => {
    const target = await unpack(archive);
    expect(readdirSync(target, { recursive: true }).sort()).toEqual([
      'model',
      'model/checkpoint',
      'model/deep',
      'model/deep/data',
    ]);
    expect(readFileSync(join(target, 'model/deep/data')).equals(noise)).toBe(true);
    expect(statSync(join(target, 'model/checkpoint')).mode & 0o700).toBe(0o600);
    expect(statSync(join(target, 'model')).mode & 0o700).toBe(0o700);
  });

  it.each<[string, ArchiveMember]>([
    ['an absolute name', { path: `/tmp/movinet-escaped`, content: noise }],
    ['a name that climbs out', { path: '../escaped', content: noise }],
    ['a name that climbs out from within', { path: 'model/../../escaped', content: noise }],
    ['a symbolic link out of the folder', { path: 'model/out', type: 'SymbolicLink', linkpath: '/etc' }],
    ['a hard link', { path: 'model/out', type: 'Link', linkpath: '/etc/passwd' }],
    ['a device', { path: 'model/null', type: 'CharacterDevice', devmaj: 1, devmin: 3 }],
    ['a pipe', { path: 'model/pipe', type: 'FIFO' }],
  ])('refuses %s and writes nothing after it', async (_, member) => {
    const error = await failure(writeTarGz([member, ...MEMBERS]), { name: 'https://host/a.tar.gz' });
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error.message).toMatch(/^https:\/\/host\/a\.tar\.gz holds .*: nothing was unpacked$/);
    expect(error.message).toContain(`"${member.path}"`);
    expect(readdirSync(join(folder(), 'inner', 'target'))).toEqual([]);
    expect(readdirSync(folder()).sort()).toEqual(['a.tar.gz', 'inner']);
    expect(existsSync('/tmp/movinet-escaped')).toBe(false);
  });

  it('does not write through a link that it holds itself', async () => {
    const link: ArchiveMember = { path: 'model/out', type: 'SymbolicLink', linkpath: '../../..' };
    await failure(writeTar([link, { path: 'model/out/escaped', content: noise }]));
    expect(readdirSync(folder(), { recursive: true })).not.toContain('escaped');
  });

  const whole = writeTarGz(MEMBERS);
  it.each([1, 10, 100, whole.length >> 1, whole.length - 9, whole.length - 4, whole.length - 1])(
    'notices a packed archive that ends after %d bytes',
    async (length) => {
      const error = await failure(whole.subarray(0, length));
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error.message).toMatch(/a\.tar\.gz is damaged .*: fetch it again$/);
    },
  );

  it('notices an unpacked archive that ends within a file', async () => {
    expect((await failure(writeTar(MEMBERS).subarray(0, 10_000))).message).toMatch(/is damaged .*: fetch it again$/);
  });

  it('notices a flipped bit', async () => {
    const flipped = Buffer.from(whole);
    flipped[flipped.length >> 1]! ^= 4;
    expect(await failure(flipped)).toBeInstanceOf(CheckpointError);
    const header = writeTar(MEMBERS);
    header[600]! ^= 4;
    expect((await failure(header)).message).toMatch(/checksum failure/);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a web page', Buffer.from('<!doctype html>'.repeat(100))],
    ['a packed web page', gzipSync('<!doctype html>'.repeat(100))],
  ])('refuses %s', async (_, content) => {
    expect((await failure(content)).message).toMatch(/is damaged or no tar archive .*: fetch it again$/);
  });

  it('refuses what unpacks to too much, before it is written', async () => {
    const bomb = writeTarGz([{ path: 'zeros', content: Buffer.alloc(3 * 2 ** 20) }, ...MEMBERS]);
    expect((await failure(bomb, { maxBytes: 2 ** 20 })).message).toMatch(/unpacks to more than 1 MiB$/);
    expect(readdirSync(join(folder(), 'inner', 'target'))).toEqual([]);
    const lying = writeTarGz([{ path: 'zeros', size: 2 ** 40 }]);
    expect((await failure(lying)).message).toMatch(/unpacks to more than 2048 MiB$/);
    const many = writeTarGz(Array.from({ length: 1001 }, (_, i) => ({ path: `f${i}/`, type: 'Directory' as const })));
    expect((await failure(many)).message).toMatch(/holds more than 1000 files$/);
  });

  it('passes a full disk on as what it is', async () => {
    const disk = mountTinyDisk('size=64k');
    if (disk === undefined) {
      console.warn('skipped: mounting a small file system takes root');
      return;
    }
    try {
      const path = join(folder(), 'a.tar');
      writeFileSync(path, writeTar([{ path: 'large', content: Buffer.alloc(200_000) }, ...MEMBERS]));
      await expect(unpackArchive(path, disk.path)).rejects.toMatchObject({ code: 'ENOSPC' });
    } finally {
      disk.unmount();
    }
  });
});

it('knows archives by their names', () => {
  expect(['a.tar.gz', 'B.TGZ', 'c.tar'].every(hasArchiveName)).toBe(true);
  expect(['a.zip', 'a.gz', 'tar', 'ckpt-1', 'a.tar.gz.part'].some(hasArchiveName)).toBe(false);
});
