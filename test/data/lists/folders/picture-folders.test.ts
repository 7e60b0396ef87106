import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatasetError } from '../../../../lib/base/errors';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { brokenText, list, text } from './support/listed';

const folder = temporaryFolder();
const pictures = (clip: string, ending = '.jpg', count = 3): string[] =>
  Array.from({ length: count }, (_, i) => `${clip}/${String(i + 1).padStart(5, '0')}${ending}`);

describe('a folder of pictures below a class', () => {
  it.each(['.jpg', '.JPEG', '.png', '.bmp', '.webp', '.ppm', '.pgm', '.tif', '.tiff'])(
    'is one clip: %s',
    async (ending) => {
      makeFiles(folder(), [
        ...pictures('swipe/148/', ending),
        ...pictures('swipe/9', ending),
        ...pictures('wave/deep/7', ending),
      ]);
      const set = await list(folder());
      expect(text(set)).toEqual(['0 swipe/148', '0 swipe/9', '1 wave/deep/7']);
      expect(set).toMatchObject({ notes: [], broken: [], task: { classes: ['swipe', 'wave'] } });
    },
  );

  it('may stand beside videos and in parts, and what else is in it is counted', async () => {
    makeFiles(folder(), [
      ...pictures('train/a/1'),
      'train/b/2.avi',
      ...pictures('val/a/3'),
      'train/a/1/times.csv',
      'val/b/4.avi',
    ]);
    const set = await list(folder());
    expect(text(set)).toEqual([
      'train: 0 train/a/1',
      'train: 1 train/b/2.avi',
      'validation: 0 val/a/3',
      'validation: 1 val/b/4.avi',
    ]);
    expect(set.notes.at(-1)).toBe('ignored 1 file: 1 .csv');
  });

  it.each([
    ['videos are beside them', ['a/x/9.avi'], ['0 a/x/9.avi']],
    ['a video of an ending that was left out is beside them', ['a/x/9.mkv'], []],
    ['folders are beside them', ['a/x/y/9.avi'], ['0 a/x/y/9.avi']],
  ])('is none where %s', async (_, files, rows) => {
    makeFiles(folder(), [...pictures('a/x'), 'a/1.avi', 'b/1.avi', ...files]);
    const set = await list(folder(), { extensions: ['avi'] });
    expect(text(set)).toEqual(['0 a/1.avi', ...rows, '1 b/1.avi']);
    expect(set.notes.join()).toMatch(/3 \.jpg/);
  });

  it('is broken where it holds several series of pictures', async () => {
    const flow = ['flow_x', 'flow_y', 'img'].flatMap((name) => [`a/x/${name}_00001.jpg`, `a/x/${name}_00002.jpg`]);
    makeFiles(folder(), [...flow, 'a/y/IMG_1.JPG', 'a/y/img_2.jpg', 'a/z/one.jpg', 'a/z/two.jpg', 'b/1.avi']);
    makeFiles(folder(), ['b/x/1.jpg', 'b/x/2.jpg', 'b/x/cover.jpg']);
    const set = await list(folder());
    expect(text(set)).toEqual(['0 a/y', '0 a/z', '1 b/1.avi']);
    expect(brokenText(set)).toEqual([
      'a/x: it holds several series of pictures, flow_x, flow_y, img: keep one, in a folder of its own',
      'b/x: it holds several series of pictures, plain numbers, cover: keep one, in a folder of its own',
    ]);
    expect(set.notes).toEqual([]);
  });

  it('is none where a pipe with a video’s name is beside them', async () => {
    makeFiles(folder(), [...pictures('a/x'), 'a/1.avi', 'b/1.avi']);
    execFileSync('mkfifo', [join(folder(), 'a/x/9.avi')]);
    const set = await list(folder());
    expect(text(set)).toEqual(['0 a/1.avi', '1 b/1.avi']);
    expect(set.broken).toHaveLength(1);
  });

  it('is none with a single picture', async () => {
    makeFiles(folder(), [...pictures('a/x', '.png', 1), 'a/1.avi', 'b/1.avi']);
    expect(await list(folder())).toMatchObject({ rows: { length: 2 }, notes: ['ignored 1 file: 1 .png'] });
  });
});

describe('pictures that are no frames of a clip', () => {
  it.each([
    ['a data set of pictures', ['cat', 'dog'], ''],
    ['one in parts', ['train/cat', 'train/dog', 'test/cat', 'test/dog'], ''],
    ['a class of clips', ['1', '2', '3'], ''],
    ['one clip', ['1'], '1'],
  ])('%s is refused', async (_, clips, path) => {
    makeFiles(
      folder(),
      clips.flatMap((clip) => pictures(clip)),
    );
    const listing = list(join(folder(), path));
    await expect(listing).rejects.toThrow(DatasetError);
    await expect(listing).rejects.toThrow(
      path === '1' ? /has no sub-folders/ : /holds pictures and no videos: .*CLASS\/CLIP\/00001\.jpg/,
    );
  });

  it('are told of where other classes have clips', async () => {
    makeFiles(folder(), ['a/1.avi', 'b/1.avi', ...pictures('thumbnails', '.png')]);
    expect((await list(folder())).notes).toEqual([
      'class folders without a clip: thumbnails (its pictures are in no folder of a clip)',
      'ignored 3 files: 3 .png',
    ]);
  });
});
