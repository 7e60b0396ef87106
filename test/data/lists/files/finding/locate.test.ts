import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { DatasetError } from '../../../../../lib/base/errors';
import { listFolder } from '../support/list-folder';

const { at, write, videos, read, rows, broken } = listFolder();

it('takes paths from the folder of the list on, or from that of the videos; absolute ones as they are', async () => {
  videos('lists/a.mp4', 'films/a.mp4', 'films/b.mp4', 'elsewhere/c.mp4');
  write('lists/list.csv', ['a.mp4,run', `${at('elsewhere/c.mp4')},jump`, './../films/b.mp4,jump']);
  await expect(rows('lists/list.csv')).resolves.toEqual([
    'a.mp4 run',
    '../elsewhere/c.mp4 jump',
    '../films/b.mp4 jump',
  ]);
  const list = await read('lists/list.csv', { videos: at('films') });
  expect(list.root).toBe(at('films'));
  expect(list.rows.map(({ path }) => path)).toEqual([at('films/a.mp4'), at('elsewhere/c.mp4'), at('films/b.mp4')]);
  expect(list.broken).toEqual([]);
});

it.each([
  ['in "videos" beside the list', 'lists/videos', 'lists/videos'],
  ['beside the folder of the list', '', ''],
  ['in "videos" beside the folder of the list', 'videos', 'videos'],
])('finds videos %s where none is in the folder itself', async (_, folder, root) => {
  videos(`${folder}/A/a.mp4`, `${folder}/B/b.mp4`);
  write('lists/list.csv', ['A/a.mp4,run', 'B/b.mp4,jump', 'B/c.mp4,jump']);
  const list = await read('lists/list.csv');
  expect(list.root).toBe(at(root).replace(/\/$/, ''));
  expect(list.rows).toHaveLength(2);
  expect(list.broken).toHaveLength(1);
  expect(list.notes).toEqual([`none of the videos is in ${at('lists')}: they are taken from ${list.root}`]);
});

it('says what to do where no video is found', async () => {
  videos('lists/other.mp4');
  write('lists/list.csv', ['# first', 'A/a.mp4,run', 'B/b.mp4,jump']);
  await expect(read('lists/list.csv')).rejects.toThrow(DatasetError);
  await expect(read('lists/list.csv')).rejects.toThrow(
    `None of the 2 videos of ${at('lists/list.csv')} is in ${at('lists')}, such as A/a.mp4 (list.csv, row 2): give their folder as \`videos\``,
  );
});

it('reads the separators of Windows, and paths that begin with a slash and are meant from the folder on', async () => {
  videos('A/a.mp4', 'B/b.mp4', 'C\\c.mp4');
  write('list.csv', ['A\\a.mp4,run', '/B/b.mp4,jump', 'C\\c.mp4,run']);
  await expect(rows('list.csv')).resolves.toEqual(['A/a.mp4 run', 'B/b.mp4 jump', 'C\\c.mp4 run']);
});

it('finds names in another form of Unicode than the disk has, of folders too', async () => {
  const composed = 'caf\u00e9';
  const decomposed = 'cafe\u0301';
  videos(`${decomposed}/${composed}/${decomposed}.mp4`, `${composed}.mp4`);
  write('list.csv', [`${composed}/${decomposed}/${composed}.mp4,run`, `${decomposed}.mp4,jump`]);
  const list = await read('list.csv');
  expect(list.rows.map(({ path }) => path)).toEqual([
    at(`${decomposed}/${composed}/${decomposed}.mp4`),
    at(`${composed}.mp4`),
  ]);
});

it('takes a folder of pictures for a row, and a name without its ending for the video', async () => {
  videos('frames/001/1.jpg', 'films/a.webm', 'films/b.mp4', 'films/c.txt');
  write('list.csv', ['frames/001,run', 'films/a,jump', 'films/b.avi,run', 'films/c,jump']);
  const list = await read('list.csv');
  await expect(rows('list.csv')).resolves.toEqual(['frames/001 run', 'films/a.webm jump', 'films/b.mp4 run']);
  expect(list.notes).toEqual([
    `1 video of another ending than the list says, such as ${at('films/b.mp4')} for films/b.avi`,
  ]);
  await expect(broken('list.csv')).resolves.toEqual(['films/c: no such file (list.csv, row 4)']);
  await expect(rows('list.csv', { extensions: ['.mp4', '.TXT'] })).resolves.toEqual([
    'frames/001 run',
    'films/c.txt jump',
  ]);
});

it('lists links that lead nowhere or in a ring, FIFOs and what is in folders that cannot be read', async () => {
  videos('a.mp4', 'b.mp4', 'secret/d.mp4');
  symlinkSync('a.mp4', at('link.mp4'));
  symlinkSync('nowhere.mp4', at('lost.mp4'));
  symlinkSync('ring.mp4', at('ring.mp4'));
  symlinkSync('/dev/null', at('device.mp4'));
  execFileSync('mkfifo', [at('fifo.mp4')]);
  const denied = process.getuid?.() !== 0;
  if (denied) chmodSync(at('secret'), 0);
  write('list.csv', [
    ...[
      'b.mp4,run',
      'link.mp4,jump',
      'lost.mp4,run',
      'ring.mp4,run',
      'device.mp4,run',
      'fifo.mp4,run',
      'b.mp4/x.mp4,run',
    ],
    ...(denied ? ['secret/d.mp4,run'] : []),
  ]);
  await expect(rows('list.csv')).resolves.toEqual(['b.mp4 run', 'link.mp4 jump']);
  await expect(broken('list.csv')).resolves.toEqual([
    'lost.mp4: it is a link that leads nowhere (list.csv, row 3)',
    expect.stringMatching(/^ring.mp4: its link cannot be followed: .*ELOOP.* \(list.csv, row 4\)$/),
    'device.mp4: it is no file (list.csv, row 5)',
    'fifo.mp4: it is no file (list.csv, row 6)',
    'b.mp4/x.mp4: no such file (list.csv, row 7)',
    ...(denied ? [expect.stringMatching(/^secret\/d.mp4: Cannot read .*secret: permission denied/)] : []),
  ]);
  if (denied) chmodSync(at('secret'), 0o700);
});
