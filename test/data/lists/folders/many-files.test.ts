import { type Dir, mkdirSync, promises as fs, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { listFolders } from '../../../../lib/data/lists/folders/list-folders';
import type { VideoList } from '../../../../lib/data/lists/video-list';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { list, text } from './support/listed';

const folder = temporaryFolder();
const names = Array.from({ length: 120 }, (_, i) => `class ${String(i).padStart(3, '0')}`);
const all = names.flatMap((name) => Array.from({ length: 3 }, (_, i) => `${name}/${i}.avi`));

/** With how many turns other work had meanwhile. */
async function listedInTurns(): Promise<{ set: VideoList; turns: number }> {
  let turns = 0;
  let listing = true;
  const count = (): void => {
    turns++;
    if (listing) setImmediate(count);
  };
  setImmediate(count);
  const set = await list(folder());
  listing = false;
  return { set, turns };
}

describe('many files', () => {
  it('let other work run all the while', async () => {
    makeFiles(folder(), all);
    const { set, turns } = await listedInTurns();
    expect(set.task.classes).toEqual(names);
    expect(set.rows.map(({ path }) => relative(folder(), path))).toEqual(all);
    // Eight folders at a time: at least one turn for each eight. A synchronous listing leaves none.
    expect(turns).toBeGreaterThanOrEqual(15);
  });

  it('may be 100,000 in two folders', async () => {
    makeFiles(folder(), ['a/', 'b/']);
    const each = 50_000;
    const { opendir } = fs;
    async function* entries() {
      for (let i = 0; i < each; i++) {
        const name = Buffer.from(`${i}.${i % 5 === 0 ? 'txt' : 'avi'}`);
        yield await Promise.resolve({ name, isFile: () => true, isSymbolicLink: () => false });
      }
    }
    const opened = jest.spyOn(fs, 'opendir').mockImplementation(async (path, options) => {
      return String(path) === folder() ? await opendir(path, options) : (entries() as unknown as Dir);
    });
    const sized = jest.spyOn(fs, 'stat').mockResolvedValue(await fs.stat(__filename));
    try {
      const { set, turns } = await listedInTurns();
      expect(set.rows).toHaveLength(80_000);
      expect(set.notes).toEqual(['ignored 20000 files: 20000 .txt']);
      expect(new Set(set.rows.map(({ path }) => path))).toHaveProperty('size', 80_000);
      expect(turns).toBeGreaterThanOrEqual(20);
    } finally {
      opened.mockRestore();
      sized.mockRestore();
    }
  });

  it('are in folders of which each is read once', async () => {
    makeFiles(folder(), [...all.map((path) => `train/${path}`), ...all.map((path) => `test/deep/${path}`)]);
    const opened = jest.spyOn(fs, 'opendir');
    try {
      await list(folder());
      const paths = opened.mock.calls.map(([path]) => String(path));
      expect(paths).toHaveLength(new Set(paths).size);
      expect(paths).toHaveLength(244);
    } finally {
      opened.mockRestore();
    }
  });

  it('are listed no further when that is asked', async () => {
    makeFiles(folder(), all);
    const reason = new Error('enough');
    const listing = (signal: AbortSignal) => listFolders(folder(), { parts: 'auto' }, { signal });
    await expect(listing(AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const opened = jest.spyOn(fs, 'opendir');
    try {
      const aborted = listing(controller.signal);
      setTimeout(() => controller.abort(reason), 1);
      await expect(aborted).rejects.toBe(reason);
      expect(opened.mock.calls.length).toBeLessThan(120);
    } finally {
      opened.mockRestore();
    }
  });

  it('are told of in one order where several are wrong, however the disk answers', async () => {
    makeFiles(folder(), all);
    makeFiles(folder(), ['class 004/x.avi', 'class 119/x.avi', 'class 100/a.avi', 'class 100/b.avi'], '');
    const { broken } = await list(folder());
    expect(broken.map(({ path }) => relative(folder(), path))).toEqual([
      'class 004/x.avi',
      'class 100/a.avi',
      'class 100/b.avi',
      'class 119/x.avi',
    ]);
    const model = names.filter((name) => name !== 'class 005' && name !== 'class 118');
    await expect(list(folder(), { model })).rejects.toThrow(/class 005 is none of the model's classes/);
  });

  it('behind links are each followed to where it leads', async () => {
    makeFiles(folder(), ['.store/other/1.avi', ...Array.from({ length: 100 }, (_, i) => `.store/${i}.avi`), 'b/1.avi']);
    mkdirSync(join(folder(), 'a'));
    for (let i = 0; i < 200; i++) symlinkSync(`../.store/${i % 100}.avi`, join(folder(), 'a', `${i}.avi`));
    symlinkSync('../.store', join(folder(), 'a', 'more'));
    const byName = Array.from({ length: 200 }, (_, i) => `${i}.avi`).sort();
    const number = (name: string): number => Number.parseInt(name) % 100;
    const wanted = byName.filter((name, i) => byName.findIndex((other) => number(other) === number(name)) === i);
    expect(text(await list(folder()))).toEqual([
      ...wanted.map((name) => `0 a/${name}`),
      '0 a/more/other/1.avi',
      '1 b/1.avi',
    ]);
  });
});
