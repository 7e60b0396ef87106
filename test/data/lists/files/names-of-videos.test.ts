import { symlinkSync } from 'node:fs';
import { listFolder } from './support/list-folder';

const { at, write, videos, read, rows, broken } = listFolder();

it('takes videos by their ids, and dev for validation', async () => {
  videos('a.mp4', 'b.mp4');
  write('list.csv', ['video_id,label,split', 'a,run,Dev', 'b,jump,train']);
  await expect(rows('list.csv')).resolves.toEqual(['a.mp4 run validation', 'b.mp4 jump train']);
});

it('leaves out folders that hold several series of pictures', async () => {
  videos('x/flow_x_1.jpg', 'x/flow_x_2.jpg', 'x/flow_y_1.jpg', 'y/1.jpg', 'y/2.jpg', 'z/1.jpg', 'z/2.jpg');
  symlinkSync('x', at('w'));
  write('list.csv', ['x,run', 'y,run', 'z,jump', 'w,jump']);
  await expect(rows('list.csv')).resolves.toEqual(['y run', 'z jump']);
  await expect(broken('list.csv')).resolves.toEqual([
    expect.stringMatching(/^x: it holds several series of pictures, flow_x, flow_y: .* \(list.csv, row 1\)$/),
    expect.stringMatching(/^w: it holds several series/),
  ]);
});

describe('links of a list', () => {
  it('are the file that they lead to: it is in one part, and has the same labels', async () => {
    videos('v/1.mp4', 'v/2.mp4', 'v/3.mp4', 'v/4.mp4');
    symlinkSync('1.mp4', at('v/link.mp4'));
    symlinkSync('v', at('w'));
    symlinkSync('3.mp4', at('v/again.mp4'));
    write('list.csv', [
      'path,label,split',
      ...['v/1.mp4,run,train', 'v/link.mp4,run,test', 'v/2.mp4,jump,train', 'w/2.mp4,run,train'],
      ...['v/3.mp4,jump,train', 'w/again.mp4,jump,train', 'v/4.mp4,run,train'],
    ]);
    await expect(broken('list.csv')).resolves.toEqual([
      'list.csv:3: 1.mp4, which is the same file, is in another part in list.csv, row 2, train: a clip has one part',
      'list.csv:2: link.mp4, which is the same file, is in another part in list.csv, row 3, test: a clip has one part',
      expect.stringMatching(/^list.csv:5: 2.mp4, which is the same file, has other labels in list.csv, row 4, "jump"/),
      expect.stringMatching(/^list.csv:4: 2.mp4, which is the same file, has other labels in list.csv, row 5, "run"/),
    ]);
  });

  it('are said where they have spans of one video in two parts', async () => {
    videos('v/1.mp4');
    symlinkSync('1.mp4', at('v/link.mp4'));
    write('list.csv', ['path,label,start,end,split', 'v/1.mp4,run,0,5,train', 'v/link.mp4,jump,5,9,test']);
    expect((await read('list.csv')).notes).toEqual([
      `Spans of one video by several names are in more than one part: ${at('v/1.mp4')} and ${at('v/link.mp4')}`,
    ]);
  });
});
