import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { list, text } from './support/listed';

const folder = temporaryFolder();
const TWO = ['a/1.avi', 'b/2.avi'];
const within = (wrapper: string, files: readonly string[] = TWO): string[] => files.map((file) => `${wrapper}/${file}`);

describe('a folder that wraps a data set', () => {
  it.each(['UCF-101', 'UCF-101/UCF-101', 'x/y/z'])('is seen through: %s', async (wrapper) => {
    makeFiles(folder(), within(wrapper));
    for (const parts of ['auto', 'none'] as const) {
      const set = await list(folder(), { parts });
      expect(text(set)).toEqual([`0 ${wrapper}/a/1.avi`, `1 ${wrapper}/b/2.avi`]);
      expect(set).toMatchObject({ root: folder(), notes: [`${wrapper}/ was seen through`] });
    }
  });

  it('is seen through where other things stand beside it', async () => {
    makeFiles(folder(), [
      ...within('UCF-101'),
      'README.txt',
      'lists/trainlist01.txt',
      '__MACOSX/UCF-101/a/._1.avi',
      '.git/x/1.avi',
    ]);
    const set = await list(folder());
    expect(set.task.classes).toEqual(['a', 'b']);
    expect(set.notes).toEqual([
      'folders beside UCF-101/, left out: lists',
      'UCF-101/ was seen through',
      'ignored 1 file: 1 .txt',
    ]);
  });

  it('is seen through to its parts', async () => {
    makeFiles(folder(), [...within('archive/train'), ...within('archive/test')]);
    for (const parts of ['auto', 'folders'] as const) {
      const set = await list(folder(), { parts });
      expect(set).toMatchObject({ hasParts: true, notes: ['archive/ was seen through'] });
      expect(text(set)[0]).toBe('train: 0 archive/train/a/1.avi');
    }
  });

  it('is seen through where its classes hold their videos deeper, or as folders of pictures', async () => {
    makeFiles(folder(), [...within('set/a/rec1', ['1.avi']), ...within('set/b/rec2', ['1.avi'])]);
    expect((await list(folder())).task.classes).toEqual(['a', 'b']);
    makeFiles(`${folder()}/jester`, ['set/a/1/1.jpg', 'set/a/1/2.jpg', 'set/b/2/1.jpg', 'set/b/2/2.jpg']);
    expect((await list(`${folder()}/jester`)).task.classes).toEqual(['a', 'b']);
  });
});

describe('a folder that wraps nothing', () => {
  it('is one of several with clips', async () => {
    makeFiles(folder(), ['a/day/1.avi', 'a/night/2.avi', 'b/1.avi']);
    expect(await list(folder())).toMatchObject({ task: { classes: ['a', 'b'] }, notes: [] });
  });

  it('is a class of the model', async () => {
    makeFiles(folder(), ['run/day/1.avi', 'run/night/2.avi']);
    expect(text(await list(folder(), { model: ['jump', 'run'] }))).toEqual(['1 run/day/1.avi', '1 run/night/2.avi']);
    await expect(list(folder(), { model: ['jump', 'walk'] })).rejects.toThrow(/day is none of the model's classes/);
  });

  it('holds videos itself', async () => {
    makeFiles(folder(), ['run/1.avi', 'run/day/1.avi', 'run/night/2.avi']);
    await expect(list(folder())).rejects.toThrow(/clips of one class only, "run"/);
  });

  it('stands beside videos', async () => {
    makeFiles(folder(), ['1.avi', 'more/day/1.avi', 'more/night/2.avi']);
    await expect(list(folder())).rejects.toThrow(/holds videos itself, such as 1\.avi/);
  });
});

it('takes a few videos beside class folders for strays, and says so', async () => {
  makeFiles(folder(), ['intro.avi', ...TWO]);
  const set = await list(folder());
  expect(text(set)).toEqual(['0 a/1.avi', '1 b/2.avi']);
  expect(set.notes).toEqual([`videos outside of the class folders, left out: ${folder()}/intro.avi`]);
  makeFiles(folder(), ['outro.avi']);
  await expect(list(folder())).rejects.toThrow(/holds videos itself, such as intro\.avi/);
  expect((await list(folder(), { model: ['a', 'b'] })).rows).toHaveLength(2);
});
