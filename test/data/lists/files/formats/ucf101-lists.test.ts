import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readListFile } from '../../../../../lib/data/lists/files/list-file';
import { describeWith, UCF101_CLIPS } from '../../../../support/assets';
import { listFolder, rowsAsText } from '../support/list-folder';

const { at, write, videos, read, rows, broken } = listFolder();

function lists(): void {
  write('ucfTrainTestlist/classInd.txt', ['1 Archery\r', '2 Surfing\r', '3 Yoga\r']);
  write('ucfTrainTestlist/trainlist01.txt', ['Archery/v_Archery_g08_c01.avi 1\r', 'Surfing/v_Surfing_g09_c02.avi 2\r']);
  write('ucfTrainTestlist/testlist01.txt', ['Archery/v_Archery_g01_c01.avi', 'Surfing/v_Surfing_g01_c01.avi']);
  write('ucfTrainTestlist/trainlist02.txt', ['Archery/v_Archery_g01_c01.avi 1']);
  write('ucfTrainTestlist/testlist02.txt', ['Surfing/v_Surfing_g09_c02.avi']);
}
const FOLD_1 = [
  'Archery/v_Archery_g08_c01.avi Archery train (v_Archery_g08)',
  'Surfing/v_Surfing_g09_c02.avi Surfing train (v_Surfing_g09)',
  'Archery/v_Archery_g01_c01.avi Archery test (v_Archery_g01)',
  'Surfing/v_Surfing_g01_c01.avi Surfing test (v_Surfing_g01)',
];
const files = (folder: string, ending = '.avi'): string[] =>
  FOLD_1.map((row) => join(folder, row.slice(0, row.indexOf('.')) + ending));

it('reads a fold, from its folder or one of its files, and finds UCF-101 beside it', async () => {
  lists();
  videos(...files('UCF-101'));
  await expect(rows('ucfTrainTestlist')).resolves.toEqual(FOLD_1);
  await expect(rows('ucfTrainTestlist/testlist01.txt')).resolves.toEqual(FOLD_1);
  await expect(rows('ucfTrainTestlist', { fold: 2 })).resolves.toEqual([
    'Archery/v_Archery_g01_c01.avi Archery train (v_Archery_g01)',
    'Surfing/v_Surfing_g09_c02.avi Surfing test (v_Surfing_g09)',
  ]);
  const list = await read('ucfTrainTestlist/trainlist01.txt', { videos: at('UCF-101') });
  expect(list.root).toBe(at('UCF-101'));
  expect(list.hasParts).toBe(true);
  expect(list.task.classes).toEqual(['Archery', 'Surfing']);
  expect(list.notes).toEqual([
    'testlist01.txt, beside it, is the test part',
    'classInd.txt: a class has no clip and is left out: Yoga',
  ]);
});

it('finds videos of another ending, or without folders of classes, and says so', async () => {
  lists();
  videos(...files('mp4', '.mp4'), ...files('').map((file) => `flat/${file.slice(file.indexOf('/') + 1)}`));
  const list = await read('ucfTrainTestlist', { videos: at('mp4') });
  expect(rowsAsText(list)).toEqual(FOLD_1.map((row) => row.replace('.avi', '.mp4')));
  expect(list.notes[0]).toBe(
    `4 videos of another ending than the list says, such as ${at('mp4/Archery/v_Archery_g08_c01.mp4')} for Archery/v_Archery_g08_c01.avi`,
  );
  await expect(rows('ucfTrainTestlist', { videos: at('flat') })).resolves.toEqual(
    FOLD_1.map((row) => row.slice(row.indexOf('/') + 1)),
  );
});

it('lists what is missing, and rows that contradict classInd.txt', async () => {
  lists();
  write('ucfTrainTestlist/trainlist01.txt', [
    'Archery/v_Archery_g08_c01.avi 1',
    'Archery/v_Archery_g08_c02.avi 2',
    'Diving/v_Diving_g08_c01.avi 4',
    'v_Yoga_g08_c01.avi 3',
    'Surfing/v_Surfing_g09_c02.avi 4',
    'Yoga/v_Yoga_g08_c01.avi 3',
  ]);
  videos(...files('UCF-101'));
  await expect(broken('ucfTrainTestlist')).resolves.toEqual([
    'ucfTrainTestlist/trainlist01.txt:2: its number 2 is the class "Surfing", its folder "Archery"',
    'ucfTrainTestlist/trainlist01.txt:3: its label "Diving" is not in classInd.txt',
    'ucfTrainTestlist/trainlist01.txt:4: v_Yoga_g08_c01.avi is in no folder of a class: Class/v_Class_g01_c01.avi is expected',
    'ucfTrainTestlist/trainlist01.txt:5: its label 4 is outside of classInd.txt, which has 1 to 3',
    'UCF-101/Yoga/v_Yoga_g08_c01.avi: no such file (trainlist01.txt, row 6)',
  ]);
});

it('says that a part has no list, and refuses a fold that is none or another', async () => {
  write('lists/trainlist03.txt', ['A/v_A_g08_c01.avi 1', 'B/v_B_g08_c01.avi 2']);
  videos('A/v_A_g08_c01.avi', 'B/v_B_g08_c01.avi');
  const list = await read('lists/trainlist03.txt');
  expect(list.notes).toEqual([
    `${at('lists')} has no testlist03.txt: the data set has no test part`,
    `none of the videos is in ${at('lists')}: they are taken from ${at()}`,
  ]);
  await expect(read('lists', { fold: 1 })).rejects.toThrow(/lists has no list of fold 1: trainlist01.txt and/);
  await expect(read('lists/trainlist03.txt', { fold: 1 })).rejects.toThrow(/is of fold 3, and fold 1 is asked for/);
  await expect(read('lists', { fold: 4 })).rejects.toThrow(/the folds 1, 2 and 3 of .*, got 4/);
});

describeWith(UCF101_CLIPS)('the clips of UCF101', () => {
  it('are found by lists as the official ones, 108 to train on and 42 to test on', async () => {
    const classes = readdirSync(UCF101_CLIPS).sort();
    const clips = classes.flatMap((name) => readdirSync(join(UCF101_CLIPS, name)).map((clip) => `${name}/${clip}`));
    const isTest = (clip: string): boolean => Number(/_g(\d+)_/.exec(clip)?.[1]) <= 7;
    const number = (clip: string): number => classes.indexOf(clip.slice(0, clip.indexOf('/'))) + 1;
    write(
      'classInd.txt',
      classes.map((name, i) => `${i + 1} ${name}`),
    );
    write(
      'trainlist01.txt',
      clips.filter((clip) => !isTest(clip)).map((clip) => `${clip} ${number(clip)}`),
    );
    write('testlist01.txt', clips.filter(isTest));
    const list = await readListFile(at(), { videos: UCF101_CLIPS }, {});
    expect(list).toMatchObject({ root: UCF101_CLIPS, broken: [], notes: [], task: { classes } });
    expect(list.rows.filter(({ part }) => part === 'train')).toHaveLength(108);
    expect(list.rows.filter(({ part }) => part === 'test')).toHaveLength(42);
    const groups = (part: string): Set<unknown> =>
      new Set(list.rows.filter((row) => row.part === part).map(({ group }) => group));
    expect([...groups('train')].filter((group) => groups('test').has(group))).toEqual([]);
  });
});
