import { relative } from 'node:path';
import { type DatasetPart, type DatasetRow, rowsOfPart } from '../../../lib/data/lists/row';
import { listVideoDataset, openVideoDataset } from '../../../lib/data/lists/video-dataset';
import { DatasetError, VideoError } from '../../../lib/base/errors';
import type { ProbeResult } from '../../../lib/native/video';
import { describeWith, UCF101_CLIPS } from '../../support/assets';
import { makeFiles, temporaryFolder } from '../../io/support/temporary-folder';

const folder = temporaryFolder();

/** Answers for each file by its name: those with "broken" in it are. */
const addon = {
  calls: [] as number[],
  probeVideos(paths: string[]): Promise<ProbeResult[]> {
    this.calls.push(paths.length);
    return Promise.resolve(
      paths.map((path) =>
        path.includes('broken')
          ? { ok: false, error: `Cannot read the video ${path}: no video stream` }
          : { ok: true, info: { width: 320, height: 240, frameCount: 120, fps: 25 } },
      ),
    );
  },
};
beforeEach(() => addon.calls.splice(0));

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}/${i}.avi`);
const short = (set: { readonly rows: readonly DatasetRow[] }, part: DatasetPart): string[] =>
  rowsOfPart(set.rows, part).map(({ path }) => relative(folder(), path));

describe('listVideoDataset', () => {
  it('auto: takes train/ and test/, and val/ where it exists', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi', 'test/b/2.avi', 'val/a/3.avi']);
    const set = await listVideoDataset(folder());
    expect(set.rule).toEqual({ kind: 'folders' });
    expect(set.classes).toEqual(['a', 'b']);
    expect(short(set, 'train')).toEqual(['train/a/1.avi', 'train/b/1.avi']);
    expect(short(set, 'test')).toEqual(['test/b/2.avi']);
    expect(rowsOfPart(set.rows, 'test')[0]?.label).toBe(1);
    expect(short(set, 'validation')).toEqual(['val/a/3.avi']);
  });

  it('auto: classes that happen to be called train and test are classes', async () => {
    makeFiles(folder(), [...numbered('train', 5), ...numbered('test', 5), ...numbered('bus', 5)]);
    const set = await listVideoDataset(folder());
    expect(set.classes).toEqual(['bus', 'test', 'train']);
    expect(set.rule).toEqual({ kind: 'ratio', train: 0.8 });
    expect(short(set, 'validation')).toEqual([]);
  });

  it('auto: takes UCF101’s groups where all names have them and both parts get clips, else a ratio', async () => {
    const names = (groups: number[]): string[] =>
      groups.map((group) => `A/v_A_g${String(group).padStart(2, '0')}_c01.avi`);
    makeFiles(folder(), names([1, 7, 8, 25]));
    const set = await listVideoDataset(folder());
    expect(set.rule).toEqual({ kind: 'ucf101' });
    expect(short(set, 'test')).toEqual(names([1, 7]));
    makeFiles(folder(), ['B/v_B_g01_c01.avi', 'B/v_B_g02_c01.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ratio', train: 0.8 });
    makeFiles(folder(), ['B/v_B_g09_c01.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ucf101' });
    makeFiles(folder(), ['A/extra.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ratio', train: 0.8 });
  });

  it('folders: names what is missing', async () => {
    makeFiles(folder(), ['train/a/1.avi']);
    await expect(listVideoDataset(folder(), { split: { kind: 'folders' } })).rejects.toThrow(/has no folder "test"/);
    makeFiles(folder(), ['test/c/1.avi']);
    await expect(listVideoDataset(folder(), { split: { kind: 'folders' } })).rejects.toThrow(
      /Class "c" has no folder in .*train/,
    );
    await expect(listVideoDataset(`${folder()}/no`, { split: { kind: 'folders' } })).rejects.toThrow(/No such folder/);
  });

  it.each(['auto', 'folders'] as const)('%s: says that a file is no folder', async (kind) => {
    makeFiles(folder(), ['clip.avi']);
    const listed = listVideoDataset(`${folder()}/clip.avi`, { split: { kind } });
    await expect(listed).rejects.toThrow(/clip.avi is a file: give a folder/);
  });

  it('folders: maps to a model’s classes', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'test/a/1.avi', 'test/b/1.avi']);
    const set = await listVideoDataset(folder(), { classes: ['z', 'b', 'a'] });
    expect(rowsOfPart(set.rows, 'test').map(({ label }) => label)).toEqual([1, 2]);
    await expect(listVideoDataset(folder(), { classes: ['a'] })).rejects.toThrow(/b is none of the model's classes/);
  });
});

describe('listVideoDataset, asked to end', () => {
  it.each([[['a/1.avi']], [['train/a/1.avi', 'test/a/1.avi']]])('ends: %j', async (files) => {
    makeFiles(folder(), files);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(listVideoDataset(folder(), { signal })).rejects.toThrow('enough');
    await expect(openVideoDataset(folder(), { addon, signal })).rejects.toThrow('enough');
    expect(addon.calls).toEqual([]);
  });
});

describe('openVideoDataset', () => {
  it('leaves broken videos out and lists them', async () => {
    makeFiles(folder(), [...numbered('a', 5), 'a/broken.avi', ...numbered('b', 5)]);
    const set = await openVideoDataset(folder(), { addon, split: { kind: 'ratio', train: 0.5 } });
    expect(set.rows).toHaveLength(10);
    expect(set.skipped).toEqual([{ path: `${folder()}/a/broken.avi`, reason: 'no video stream' }]);
    expect(set.rows[0]?.info.frameCount).toBe(120);
  });

  it('probes in pieces, reports progress and stops when asked', async () => {
    makeFiles(folder(), numbered('a', 600));
    const progress: number[][] = [];
    const onProgress = (...args: number[]): void => void progress.push(args);
    await openVideoDataset(folder(), { addon, split: { kind: 'all' }, onProgress });
    expect(addon.calls).toEqual([256, 256, 88]);
    expect(progress).toEqual([
      [256, 600],
      [512, 600],
      [600, 600],
    ]);
    const controller = new AbortController();
    const stopped = openVideoDataset(folder(), {
      addon,
      split: { kind: 'all' },
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(addon.calls).toHaveLength(4);
  });

  it('opens only the parts asked for', async () => {
    makeFiles(folder(), ['train/a/broken.avi', 'test/a/1.avi']);
    const set = await openVideoDataset(folder(), { addon, parts: ['test'] });
    expect(short(set, 'test')).toEqual(['test/a/1.avi']);
    expect(set.rows).toHaveLength(1);
    expect(set.skipped).toEqual([]);
  });

  it('strict: a broken video is an error that names it', async () => {
    makeFiles(folder(), [...numbered('a', 5), 'a/broken.avi', 'a/broken2.avi']);
    const opened = openVideoDataset(folder(), { addon, strict: true, split: { kind: 'all' } });
    await expect(opened).rejects.toThrow(VideoError);
    await expect(opened).rejects.toThrow(/Cannot decode .*a\/broken.avi: no video stream \(2 broken videos in all\)/);
  });

  it('refuses a class whose videos are all broken, and one that has none left to train on', async () => {
    makeFiles(folder(), [...numbered('a', 5), 'b/broken.avi']);
    const opened = openVideoDataset(folder(), { addon, split: { kind: 'all' } });
    await expect(opened).rejects.toThrow(DatasetError);
    await expect(opened).rejects.toThrow(
      /Every video of class "b" is broken, such as .*b\/broken.avi: no video stream/,
    );
  });

  it('refuses a train part that lost a class, and a test part that lost everything', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/broken.avi', 'test/b/2.avi', 'test/a/2.avi']);
    await expect(openVideoDataset(folder(), { addon })).rejects.toThrow(
      /Every video to train class "b" on is broken, such as .*train\/b\/broken.avi/,
    );
    await expect(openVideoDataset(folder(), { addon, parts: ['test'] })).resolves.toMatchObject({
      rows: [{ part: 'test' }, { part: 'test' }],
      hasValidation: false,
    });
    makeFiles(folder(), ['val/a/broken.avi', 'train/b/1.avi']);
    await expect(openVideoDataset(folder(), { addon })).rejects.toThrow(/Every video of the validation part is broken/);
  });
});

describeWith(UCF101_CLIPS)('listVideoDataset on UCF101 clips', () => {
  it('divides 150 clips into 108 to train on and 42 to test on', async () => {
    const set = await listVideoDataset(UCF101_CLIPS);
    expect(set.rule).toEqual({ kind: 'ucf101' });
    expect([rowsOfPart(set.rows, 'train').length, rowsOfPart(set.rows, 'test').length]).toEqual([108, 42]);
  });
});
