import { listFolder } from '../support/list-folder';

const { write, videos, read, rows, broken } = listFolder();
const json = (name: string, value: unknown): string => write(name, [JSON.stringify(value)]);

function lists(prefix = 'something-something-v2-'): void {
  json(`${prefix}labels.json`, {
    'Holding something': '1',
    'Putting something on something': '0',
    'Turning something': '2',
  });
  json(`${prefix}train.json`, [
    {
      id: '1',
      label: 'putting a cup on a table',
      template: 'Putting [something] on [something]',
      placeholders: ['cup'],
    },
    { id: 2, label: 'holding a cup', template: 'Holding [something]' },
  ]);
  json(`${prefix}validation.json`, [{ id: '3', template: 'Holding [something]' }]);
  json(`${prefix}test.json`, [{ id: '4' }]);
}
const TRAINED = [
  '1.webm Putting something on something train',
  '2 Holding something train',
  '3.mp4 Holding something validation',
];

it.each(['something-something-v2-', ''])(
  'reads the lists %s… of all parts, and finds films and folders of pictures',
  async (prefix) => {
    lists(prefix);
    videos(
      '20bn-something-something-v2/1.webm',
      '20bn-something-something-v2/2/0001.jpg',
      '20bn-something-something-v2/3.mp4',
    );
    videos('20bn-something-something-v2/4.webm');
    await expect(rows('')).resolves.toEqual(TRAINED);
    await expect(rows(`${prefix}train.json`)).resolves.toEqual(TRAINED);
    const list = await read(`${prefix}validation.json`);
    expect(list.task.classes).toEqual(['Putting something on something', 'Holding something']);
    expect(list.notes).toEqual([
      `${prefix}train.json, beside ${prefix}validation.json, is read as well`,
      `${prefix}test.json has no test-answers.csv beside it and is left out`,
      expect.stringMatching(/none of the videos is in/),
      `${prefix}labels.json: a class has no clip and is left out: Turning something`,
    ]);
    write('test-answers.csv', ['4;Turning something']);
    await expect(rows('')).resolves.toEqual([...TRAINED, '4.webm Turning something test']);
    await expect(read('')).resolves.toMatchObject({ task: { classes: { length: 3 } } });
  },
);

it('names rows that are wrong, and lists that are none', async () => {
  lists();
  json('something-something-v2-train.json', [
    { id: '1', template: 'Putting [something] on [something]' },
    { template: 'Holding [something]' },
    { id: '../2', template: 'Holding [something]' },
    { id: '2' },
    { id: '2', template: 'Eating [something]' },
    { id: '5', template: 'Holding [something]' },
  ]);
  write('test-answers.csv', ['9;Turning something']);
  videos('1.webm', '2.webm', '3.webm', '4.webm');
  const file = 'something-something-v2-train.json';
  await expect(broken(file)).resolves.toEqual([
    `${file}:2: it has no "id", or one that is no text`,
    `${file}:3: its id, "../2", is not of letters and digits`,
    `${file}:4: it has no "template"`,
    `${file}:5: its label "Eating something" is not in something-something-v2-labels.json`,
    'something-something-v2-test.json:1: video 4 has no answer in test-answers.csv',
    '5: no such file (something-something-v2-train.json, row 6)',
  ]);
  await expect(read('something-something-v2-labels.json')).rejects.toThrow(
    /is none of the lists of Something-Something/,
  );
  write('test-answers.csv', ['what is this']);
  await expect(read(file)).rejects.toThrow(/test-answers.csv, row 1: `id;label` is expected/);
  write(file, ['{"id": 1}']);
  write('test-answers.csv', ['9;Turning something']);
  await expect(read(file)).rejects.toThrow(/train.json is no list of videos/);
});
