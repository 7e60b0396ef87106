import { singleLabel } from '../../../../lib/base/task';
import { listFolder } from './support/list-folder';

const { write, videos, read, broken } = listFolder();
const three = (): void => videos('a.mp4', 'b.mp4', 'c.mp4');

describe('the task of a list', () => {
  it('is several labels where a row has several', async () => {
    three();
    write('list.csv', ['a.mp4,run|dog', 'b.mp4,run', 'c.mp4,']);
    const list = await read('list.csv');
    expect(list.task).toEqual({ kind: 'multi-label', classes: ['dog', 'run'] });
    expect(list.rows.map(({ target }) => target)).toEqual([[0, 1], [1], []]);
    expect(list.notes).toEqual(['clips may have any number of classes: list.csv, row 1 has 2']);
  });

  it('is one label where a label is missing: that row is left out', async () => {
    three();
    write('list.csv', ['path,label', 'a.mp4,run', 'b.mp4,', 'c.mp4,jump']);
    const reason = 'it has no label (clips may be of no class with `multiLabel`)';
    await expect(read('list.csv')).resolves.toMatchObject({
      task: { kind: 'single-label', classes: ['jump', 'run'] },
      rows: [{ target: [1] }, { target: [0] }],
    });
    await expect(broken('list.csv')).resolves.toEqual([`list.csv:3: ${reason}`]);
    await expect(broken('list.csv', {}, { task: singleLabel(['run', 'jump']) })).resolves.toHaveLength(1);
    const { rows } = await read('list.csv', { multiLabel: true });
    expect(rows.map(({ target }) => target)).toEqual([[1], [], [0]]);
    const multi = { kind: 'multi-label', classes: ['jump', 'run'] } as const;
    await expect(read('list.csv', {}, { task: multi })).resolves.toMatchObject({ task: multi, broken: [] });
  });

  it('is what the user says', async () => {
    three();
    write('list.csv', ['a.mp4,run', 'b.mp4,jump', 'c.mp4,run|jump']);
    await expect(broken('list.csv', { multiLabel: false })).resolves.toEqual([
      'list.csv:3: it has 2 labels, and one for each clip is asked for',
    ]);
    write('single.csv', ['a.mp4,run', 'b.mp4,jump']);
    await expect(read('single.csv', { multiLabel: true })).resolves.toMatchObject({
      task: { kind: 'multi-label', classes: ['jump', 'run'] },
      notes: [],
    });
  });

  it("has a model's order of classes, of which the list may lack some", async () => {
    three();
    write('list.csv', ['a.mp4,café', 'b.mp4,jump']);
    const task = singleLabel(['walk', 'jump', 'cafe\u0301']);
    const list = await read('list.csv', {}, { task });
    expect(list.task).toEqual(task);
    expect(list.rows.map(({ target }) => target)).toEqual([[2], [1]]);
    const multi = { kind: 'multi-label', classes: ['jump', 'café'] } as const;
    await expect(read('list.csv', {}, { task: multi })).resolves.toMatchObject({ task: multi });
  });

  it('is refused where the model has another', async () => {
    three();
    write('list.csv', ['a.mp4,run', 'b.mp4,jump']);
    const task = singleLabel(['run', 'walk']);
    await expect(read('list.csv', {}, { task })).rejects.toThrow(
      /^list.csv, row 2: class "jump" is none of the model's, which are run, walk$/,
    );
    write('numbers.csv', ['a.mp4,0', 'b.mp4,1']);
    await expect(read('numbers.csv', {}, { task })).rejects.toThrow(/class "0" is none .*`labels`/);
    await expect(read('list.csv', { multiLabel: true }, { task })).rejects.toThrow(/the model has one class for each/);
    const multi = { kind: 'multi-label', classes: ['run', 'jump'] } as const;
    await expect(read('list.csv', { multiLabel: false }, { task: multi })).rejects.toThrow(/any number of classes/);
    write('several.csv', ['a.mp4,run', 'b.mp4,run|walk']);
    await expect(read('several.csv', {}, { task })).rejects.toThrow(
      /^several.csv, row 2: it has 2 of the classes, and the model has one class for each clip$/,
    );
  });
});
