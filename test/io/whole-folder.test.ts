import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '../../lib/base/errors';
import { type MayReplace, writeFolderWhole, writeInto } from '../../lib/io/whole-folder';
import { mountTinyDisk } from '../support/tiny-disk';
import { makeFiles, temporaryFolder } from './support/temporary-folder';

const folder = temporaryFolder();
const target = (): string => join(folder(), 'below', 'target');
const write = (mayReplace: MayReplace, content = 'new', path = target()): Promise<void> =>
  writeFolderWhole(path, { what: 'The thing', mayReplace }, (inside) => writeInto(inside, 'a/b.txt', content));
const read = (path = target()): string => readFileSync(join(path, 'a/b.txt'), 'utf8');

it('appears with all its files, where nothing stood or an empty folder', async () => {
  await write('nothing');
  expect(read()).toBe('new');
  mkdirSync(join(folder(), 'empty'));
  await write('nothing', 'new', join(folder(), 'empty'));
  expect(read(join(folder(), 'empty'))).toBe('new');
  expect(readdirSync(join(folder(), 'below'))).toEqual(['target']);
});

it('replaces only what the caller says', async () => {
  makeFiles(target(), ['thesis.txt'], 'years of work');
  const asked: string[] = [];
  const refuse = (path: string): Promise<boolean> => (asked.push(path), Promise.resolve(false));
  for (const mayReplace of ['nothing', refuse] as const) {
    await expect(write(mayReplace)).rejects.toThrow(OutputError);
    await expect(write(mayReplace)).rejects.toThrow(/^The thing cannot be written to .*target: it holds other things/);
  }
  expect(asked).toEqual([target(), target()]);
  expect(readdirSync(target())).toEqual(['thesis.txt']);
  await write(() => Promise.resolve(true));
  expect(readdirSync(target())).toEqual(['a']);
  await write('anything', 'newer');
  expect(read()).toBe('newer');
  expect(readdirSync(join(folder(), 'below'))).toEqual(['target']);
});

it('leaves what stood, and nothing beside it, where the filling fails', async () => {
  await write('nothing', 'old');
  const failing = writeFolderWhole(target(), { what: 'The thing', mayReplace: 'anything' }, async (inside) => {
    await writeInto(inside, 'half.txt', 'half');
    throw new Error('no more\nof it');
  });
  await expect(failing).rejects.toThrow(/^The thing cannot be written to .*target: no more$/);
  expect(read()).toBe('old');
  expect(readdirSync(join(folder(), 'below'))).toEqual(['target']);
});

it('is on the disk, every file and every folder, before it has its name', async () => {
  const handle = await fs.open(folder(), 'r');
  const prototype = Object.getPrototypeOf(handle) as fs.FileHandle;
  await handle.close();
  const order: string[] = [];
  const sync = jest.spyOn(prototype, 'sync').mockImplementation(() => {
    order.push(readdirSync(join(folder(), 'below')).includes('target') ? 'after' : 'before');
    return Promise.resolve();
  });
  try {
    await write('nothing');
  } finally {
    sync.mockRestore();
  }
  // The file, its folder and the whole folder; then the folder that has the new name.
  expect(order).toEqual(['before', 'before', 'before', 'after']);
});

it('is old or new, never a mixture, when its writer is killed at any moment', async () => {
  const program = `
    const { writeFolderWhole, writeInto } = require(${JSON.stringify(join(__dirname, '../../lib/io/whole-folder.ts'))});
    (async () => {
      for (let i = 1; ; i++)
        await writeFolderWhole(process.argv[1], { what: 'It', mayReplace: 'anything' }, async (inside) => {
          for (let file = 0; file < 20; file++) await writeInto(inside, 'f' + file, String(i));
          if (i === 1) process.stdout.write('begun');
        });
    })();`;
  for (let round = 0; round < 4; round++) {
    const path = join(folder(), `round-${round}`);
    makeFiles(
      path,
      Array.from({ length: 20 }, (_, file) => `f${file}`),
      '0',
    );
    const child = spawn(process.execPath, ['-r', 'ts-node/register', '-e', program, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 5 + 37 * round));
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Between two renames the old one lies beside it, whole.
    const places = [
      path,
      ...readdirSync(folder())
        .filter((name) => name.startsWith(`.round-${round}-`))
        .map((name) => join(folder(), name, 'complete.earlier')),
    ];
    const whole = places.find((place) => {
      try {
        return readdirSync(place).length > 0;
      } catch {
        return false;
      }
    })!;
    const contents = readdirSync(whole).map((name) => readFileSync(join(whole, name), 'utf8'));
    expect(contents).toHaveLength(20);
    expect(new Set(contents).size).toBe(1);
  }
}, 60_000);

it('says that the disk is full, and keeps what stood', async () => {
  const disk = mountTinyDisk('size=64k');
  if (disk === undefined) return;
  try {
    const path = join(disk.path, 'target');
    await write('nothing', 'old', path);
    await expect(write('anything', 'x'.repeat(200_000), path)).rejects.toThrow(/ENOSPC/);
    expect(read(path)).toBe('old');
    expect(readdirSync(disk.path)).toEqual(['target']);
  } finally {
    disk.unmount();
  }
});

it('two writers at once leave the one or the other', async () => {
  const both = await Promise.allSettled([write('anything', 'one'), write('anything', 'two')]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(['one', 'two']).toContain(read());
  writeFileSync(join(folder(), 'below', 'free'), '');
  expect(readdirSync(join(folder(), 'below')).sort()).toEqual(['free', 'target']);
});
