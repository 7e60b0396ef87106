import { listFolder } from '../support/list-folder';

const { at, write, videos, read, rows, broken } = listFolder();
const HEADER = 'label,youtube_id,time_start,time_end,split,is_cc';

it('finds clips by id and seconds, in folders or in none, whatever their ending', async () => {
  write('all.csv', [
    HEADER,
    'abseiling,-aB_1,10,20,train,0',
    '"playing, piano",b,5,15,train,0',
    'air drumming,c,0,10,validate,0',
    'air drumming,d,0,10,test,1',
    'air drumming,e,1,11,test,0',
    'air drumming,f,1,11,test,0',
    'air drumming,g,1,11,test,0',
  ]);
  videos('-aB_1_000010_000020.mp4', 'playing, piano/b_000005_000015.webm', 'air_drumming/c_000000_000010.mkv');
  videos('test/air drumming/d_000000_000010.mp4', 'e.mp4', 'air drumming/e_000001_000011.mp4', 'f.avi', 'test/g/1.jpg');
  await expect(rows('all.csv')).resolves.toEqual([
    '-aB_1_000010_000020.mp4 abseiling train',
    'playing, piano/b_000005_000015.webm playing, piano train',
    'air_drumming/c_000000_000010.mkv air drumming validation',
    'test/air drumming/d_000000_000010.mp4 air drumming test',
    'air drumming/e_000001_000011.mp4 air drumming test',
    'f.avi air drumming 1-11 test',
    'test/g air drumming 1-11 test',
  ]);
  expect((await read('all.csv')).notes).toEqual([
    '2 whole videos, of which the seconds of the list are taken; 5 cut to them already',
  ]);
});

it('reads the lists of the other parts with that of one, by the file or the folder', async () => {
  write('train.csv', [HEADER, 'run,a,0,10,train,0']);
  write('validate.csv', [HEADER, 'jump,b,0,10,validate,0']);
  write('test.csv', ['youtube_id,time_start,time_end,split', 'c,0,10,test']);
  write('training.csv', [HEADER, 'jump,d,0,10,train,0']);
  videos('a_000000_000010.mp4', 'b_000000_000010.mp4', 'd_000000_000010.mp4');
  const expected = ['a_000000_000010.mp4 run train', 'b_000000_000010.mp4 jump validation'];
  await expect(rows('train.csv')).resolves.toEqual(expected);
  await expect(rows('')).resolves.toEqual(expected);
  expect((await read('train.csv')).notes.slice(0, 2)).toEqual([
    expect.stringMatching(/^test.csv, beside train.csv, is left out: .*no column "label"/),
    'validate.csv, beside train.csv, is read as well',
  ]);
});

it('takes the parts from the names of lists that do not tell them', async () => {
  const header = 'label,youtube_id,time_start,time_end';
  write('train.csv', [header, 'run,a,0,10', 'jump,b,0,10']);
  write('validate.csv', [header, 'jump,c,0,10']);
  videos('a_000000_000010.mp4', 'b_000000_000010.mp4', 'c_000000_000010.mp4');
  await expect(rows('')).resolves.toEqual([
    'a_000000_000010.mp4 run train',
    'b_000000_000010.mp4 jump train',
    'c_000000_000010.mp4 jump validation',
  ]);
  write('alone/train.csv', [header, 'run,a,0,10', 'jump,b,0,10']);
  await expect(rows('alone/train.csv', { videos: at() })).resolves.toEqual([
    'a_000000_000010.mp4 run',
    'b_000000_000010.mp4 jump',
  ]);
  await expect(read('train.csv', { fold: 2 })).rejects.toThrow(
    /^`fold` is for the official lists of UCF101 and HMDB51/,
  );
});

it('leaves out the list of a part whose labels are empty', async () => {
  write('train.csv', [HEADER, 'run,a,0,10,train,0', 'jump,b,0,10,train,0']);
  write('test.csv', [HEADER, ',c,0,10,test,0']);
  videos('a_000000_000010.mp4', 'b_000000_000010.mp4', 'c_000000_000010.mp4');
  const { task, broken: lost, notes } = await read('train.csv');
  expect([task.kind, lost, notes[0]]).toEqual([
    'single-label',
    [],
    'test.csv, beside train.csv, is left out: none of its rows has a label',
  ]);
});

it('reads one list alone that has several parts', async () => {
  write('train.csv', [HEADER, 'run,a,0,10,train,0', 'jump,b,0,10,val,0']);
  write('val.csv', [HEADER, 'jump,c,0,10,val,0']);
  videos('a_000000_000010.mp4', 'b_000000_000010.mp4', 'c_000000_000010.mp4');
  await expect(rows('train.csv')).resolves.toHaveLength(2);
});

it('names what is missing, there twice, or without a label', async () => {
  write('all.csv', [HEADER, 'run,a,0,10,train,0', 'jump,b,0,10,train,0', 'jump,c,0,10,train,0', 'jump,d,0,10,train,0']);
  videos('a_000000_000010.mp4', 'b.mp4', 'c.mp4', 'c.webm');
  await expect(broken('all.csv')).resolves.toEqual([
    'jump/c_000000_000010: there are c.mp4 and c.webm: remove one (all.csv, row 4)',
    'jump/d_000000_000010: no such file (all.csv, row 5)',
  ]);
  write('bare.csv', ['youtube_id,time_start,time_end,split', 'a,0,10,test']);
  await expect(read('bare.csv')).rejects.toThrow(/bare.csv: its header has no column "label"/);
  await expect(read('all.csv', { videos: at('nowhere') })).rejects.toThrow(/No such folder: .*nowhere.*`videos`/);
});
