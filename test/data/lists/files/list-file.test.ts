import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { isListFile, readListFile } from '../../../../lib/data/lists/files/list-file';
import { DatasetError } from '../../../../lib/base/errors';
import { singleLabel } from '../../../../lib/base/task';
import { listFolder } from './support/list-folder';

const { at, write, videos, read, rows, broken } = listFolder();
const three = (): void => videos('a.mp4', 'b.mp4', 'c.mp4');

describe('isListFile', () => {
  it('takes any file, and of folders those with official lists', async () => {
    write('list.csv', ['a.mp4,run']);
    write('ucf/trainlist02.txt', ['A/a.avi 1']);
    write('hmdb/brush_hair_test_split1.txt', ['a.avi 1']);
    write('kinetics/val.csv', ['label,youtube_id,time_start,time_end,split']);
    write('something/something-something-v2-validation.json', ['[]']);
    write('plain/train.csv', ['path,label']);
    write('coco/train.json', ['[]']);
    videos('classes/run/a.mp4');
    const taken = ['list.csv', 'ucf', 'hmdb', 'kinetics', 'something'];
    const left = ['plain', 'coco', 'classes', 'missing'];
    for (const name of taken) await expect(isListFile(at(name))).resolves.toBe(true);
    for (const name of left) await expect(isListFile(at(name))).resolves.toBe(false);
  });

  it('leaves a folder of a binary train.csv to others', async () => {
    write('odd/train.csv', Buffer.from([0, 1, 2, 0, 0, 5, 0, 0]));
    await expect(isListFile(at('odd'))).resolves.toBe(false);
  });
});

describe('a list in columns', () => {
  it.each([
    ['commas', ['a.mp4,run', 'b.mp4,jump', 'c.mp4,run']],
    ['tabs', ['a.mp4\trun', 'b.mp4\tjump', 'c.mp4\trun']],
    ['semicolons', ['a.mp4;run', 'b.mp4;jump', 'c.mp4;run']],
    ['spaces', ['a.mp4 run', 'b.mp4   jump', 'c.mp4\trun']],
    ['comments and blank lines', ['# path,label', '', 'a.mp4,run', '  ', 'b.mp4,jump', '#x', 'c.mp4,run', '']],
    ['quotes', ['"a.mp4","run"', 'b.mp4, "jump"', '"c.mp4",run']],
    ['a header', ['Label;Video Path', 'run;a.mp4', 'jump;b.mp4', 'run;c.mp4']],
    [
      'a header and columns of no interest',
      [',frames,filename,class', '0,7,a.mp4,run', '1,,b.mp4,jump', '2,9,c.mp4,run'],
    ],
    ['a header and spaces', ['path frames label', 'a.mp4 7 run', 'b.mp4 8 jump', 'c.mp4 9 run']],
    ['a byte order mark and CRLF', ['\uFEFFpath,label\r', 'a.mp4,run\r', 'b.mp4,jump\r', 'c.mp4,run\r']],
    ['empty cells at the ends', ['path,label', 'a.mp4,run,', 'b.mp4,jump,,', 'c.mp4,run']],
  ])('is read with %s', async (_, lines) => {
    three();
    write('list.csv', lines);
    await expect(rows('list.csv')).resolves.toEqual(['a.mp4 run', 'b.mp4 jump', 'c.mp4 run']);
    await expect(broken('list.csv')).resolves.toEqual([]);
  });

  it('gives rows their seconds, parts and groups', async () => {
    three();
    write('list.csv', [
      'video,class_name,time_start,time_end,subset,group',
      'a.mp4,run,0.5,2,Training,g1',
      'a.mp4,jump,3,4e0,VAL,g1',
      'b.mp4,jump,,,testing,',
    ]);
    await expect(rows('list.csv')).resolves.toEqual([
      'a.mp4 run 0.5-2 train (g1)',
      'a.mp4 jump 3-4 validation (g1)',
      'b.mp4 jump test',
    ]);
    await expect(read('list.csv')).resolves.toMatchObject({ hasParts: true });
  });

  it('gives rows their weights, and lists those that are none', async () => {
    videos('a.mp4', 'b.mp4', 'c.mp4', 'd.mp4', 'e.mp4', 'f.mp4');
    write('list.csv', [
      'path,label,sample_weight',
      ...['a.mp4,run,2.5', 'b.mp4,jump,', 'c.mp4,run,0', 'd.mp4,jump,-1', 'e.mp4,jump,NaN', 'e.mp4,run,1e999'],
      ...['f.mp4,run,1', 'f.mp4,run,2', 'a.mp4,run,2.50'],
    ]);
    const { rows } = await read('list.csv');
    expect(rows.map(({ weight }) => weight)).toEqual([2.5, undefined, 0]);
    await expect(broken('list.csv')).resolves.toEqual([
      'list.csv:5: its weight, -1, is negative',
      'list.csv:6: its weight, "NaN", is no number',
      'list.csv:7: its weight, "1e999", is no number',
      'list.csv:9: f.mp4 has another weight in list.csv, row 8, 1: one of them is wrong',
      'list.csv:8: f.mp4 has another weight in list.csv, row 9, 2: one of them is wrong',
    ]);
  });

  it.each([
    ['path label split', ['a.mp4 run train', 'b.mp4 jump valid'], ['a.mp4 run train', 'b.mp4 jump validation']],
    ['path label start end', ['a.mp4,run,0,2.5', 'b.mp4,jump,1,2'], ['a.mp4 run 0-2.5', 'b.mp4 jump 1-2']],
    ['all five', ['a.mp4 run 0 2 train', 'b.mp4 jump 1 2 test'], ['a.mp4 run 0-2 train', 'b.mp4 jump 1-2 test']],
  ])('has rows of %s without a header', async (_, lines, expected) => {
    three();
    write('list.txt', lines);
    await expect(rows('list.txt')).resolves.toEqual(expected);
  });

  it('takes classes called as columns for what they are', async () => {
    videos('a.mp4', 'b.mp4', '001/1.jpg', '002/1.jpg');
    write('list.csv', ['a.mp4,start', 'b.mp4,set']);
    write('folders.csv', ['001,start', '002,end']);
    await expect(rows('list.csv')).resolves.toEqual(['a.mp4 start', 'b.mp4 set']);
    await expect(rows('folders.csv')).resolves.toEqual(['001 start', '002 end']);
  });

  it('reads paths with spaces among spaces where they end as videos do', async () => {
    videos('my clip.mp4', 'b.mp4', 'of 2 dogs.mp4');
    write('list.txt', ['my clip.mp4 3 0 1.5 train', '"b.mp4" 1 train', 'of 2 dogs.mp4 1 test']);
    await expect(rows('list.txt')).resolves.toEqual([
      'my clip.mp4 3 0-1.5 train',
      'b.mp4 1 train',
      'of 2 dogs.mp4 1 test',
    ]);
  });

  it('sorts numbers as numbers and names by code units', async () => {
    three();
    write('numbers.csv', ['a.mp4,10', 'b.mp4,9', 'c.mp4,09']);
    await expect(read('numbers.csv')).resolves.toMatchObject({ task: singleLabel(['9', '10']) });
    write('names.csv', ['a.mp4,b', 'b.mp4,B', 'c.mp4,é']);
    await expect(read('names.csv')).resolves.toMatchObject({ task: singleLabel(['B', 'b', 'é']) });
  });

  it('takes names by their numbers from a file, in its order, and says which have no clip', async () => {
    three();
    write('names.txt', ['walk', 'run', 'jump', 'fall']);
    write('list.csv', ['a.mp4,2', 'b.mp4,1', 'c.mp4,run']);
    const list = await read('list.csv', { labels: at('names.txt') });
    expect(list.task).toEqual(singleLabel(['run', 'jump']));
    expect(list.rows.map(({ target }) => target)).toEqual([[1], [0], [0]]);
    expect(list.notes).toEqual(['names.txt: classes have no clip and are left out: walk, fall']);
  });

  it('names a label that the file of names does not have', async () => {
    videos('a.mp4', 'b.mp4', 'c.mp4', 'd.mp4');
    write('names.txt', ['1 run', '2 jump']);
    write('list.csv', ['a.mp4,2', 'b.mp4,1', 'c.mp4,0', 'd.mp4,swim']);
    await expect(broken('list.csv', { labels: at('names.txt') })).resolves.toEqual([
      'list.csv:3: its label 0 is outside of names.txt, which has 1 to 2',
      'list.csv:4: its label "swim" is not in names.txt',
    ]);
  });

  it('skips and lists each wrong row by its line', async () => {
    videos('good/1.mp4', 'good/2.mp4', 'bad.mp4', 'same.mp4', 'moved.mp4', 'twice.mp4');
    write('list.csv', [
      '# a comment',
      'path,label,start,end,split',
      'good/1.mp4,run,0,1,train',
      'good/2.mp4,jump,"",,"te',
      'st"',
      'good/2.mp4,jump,,,test',
      'bad.mp4,run,0,1',
      'bad.mp4,run,0,1,train,more',
      'bad.mp4,run,0,1,constructor',
      'bad.mp4,run,1,1,train',
      'bad.mp4,run,2,1,train',
      'bad.mp4,run,-1,1,train',
      'bad.mp4,run,0,1:30,train',
      'bad.mp4,run,0,,train',
      'bad.mp4,run|jump|run,0,1,train',
      'bad.mp4,-1,0,1,train',
      'bad.mp4,run|,0,1,train',
      ',run,0,1,train',
      'http://example.org/a.mp4,run,0,1,train',
      'C:\\videos\\a.mp4,run,0,1,train',
      'missing.mp4,run,0,1,train',
      'same.mp4,run,0,1,train',
      'same.mp4,jump,0,1,train',
      'moved.mp4,run,0,1,train',
      'moved.mp4,run,0,1,test',
      'twice.mp4,run,0,1,train',
      'twice.mp4,run,0.0,1.0,train',
      'bad.mp4,run,0,1,',
    ]);
    await expect(rows('list.csv')).resolves.toEqual([
      'good/1.mp4 run 0-1 train',
      'good/2.mp4 jump test',
      'twice.mp4 run 0-1 train',
    ]);
    await expect(broken('list.csv')).resolves.toEqual([
      'list.csv:4: unknown split value "te st": train, val or test is expected',
      'list.csv:7: it has 4 fields where the header has 5',
      'list.csv:8: it has 6 fields where the header has 5',
      'list.csv:9: unknown split value "constructor": train, val or test is expected',
      'list.csv:10: its end, 1 s, is not after its start, 1 s',
      'list.csv:11: its end, 1 s, is not after its start, 2 s',
      'list.csv:12: its start, -1 s, is negative',
      'list.csv:13: its end, "1:30", is no number of seconds',
      'list.csv:14: it has a start and no end: give both, or neither',
      'list.csv:15: it has the label "run" twice',
      'list.csv:16: its label -1 is no class: numbers of classes begin at 0',
      'list.csv:17: it has an empty label between its |',
      'list.csv:18: it has no path',
      'list.csv:19: http://example.org/a.mp4 is an address: fetch the video first and give its path',
      'list.csv:20: C:\\videos\\a.mp4 is a path of Windows: write it from the folder of the videos on, and give that as `videos`',
      'list.csv:28: it has no split value, and other rows have',
      'missing.mp4: no such file (list.csv, row 21)',
      'list.csv:23: same.mp4 has other labels in list.csv, row 22, "run": one of them is wrong; several labels of a clip stand in one row',
      'list.csv:22: same.mp4 has other labels in list.csv, row 23, "jump": one of them is wrong; several labels of a clip stand in one row',
      'list.csv:25: moved.mp4 is in another part in list.csv, row 24, train: a clip has one part',
      'list.csv:24: moved.mp4 is in another part in list.csv, row 25, test: a clip has one part',
    ]);
    expect((await read('list.csv')).notes).toEqual([
      'list.csv: 1 line that begins with # left out; a path that begins so needs quotes',
      '1 row says what another says already, such as list.csv, row 27, of twice.mp4 (list.csv, row 26): each video is taken once',
    ]);
  });

  it.each([
    [
      'no path among its columns',
      ['label,start,end', 'run,0,1'],
      /list.csv: its header has no column "path" .*it has label, start, end/,
    ],
    [
      'no label among its columns',
      ['path,frames', 'a.mp4,3'],
      /its header has no column "label" .*it has path, frames/,
    ],
    ['a column twice', ['path,label,path', 'a.mp4,run,b.mp4'], /has the column path twice/],
    ['a start without an end', ['path,label,start', 'a.mp4,run,0'], /"start" or "end" alone/],
    ['nothing in it', [''], /list.csv has no rows/],
    ['a header alone', ['path,label'], /list.csv has no rows/],
    ['only paths', ['a.mp4', 'b.mp4'], /None of the 2 rows .*list.csv:1: it has 1 field, and `path label/],
    ['too many fields', ['a.mp4,run,1,2,train,x'], /it has 6 fields/],
    [
      'spaces in paths',
      ['my old folder of pictures 3', 'my new folder of pictures 3'],
      /6 fields.*a path with spaces needs quotes/,
    ],
    [
      'counts of frames',
      ['a 163 1', 'b 20 0'],
      /unknown split value "1".*a header must tell, such as path frames label/,
    ],
    ['one class', ['a.mp4,run', 'b.mp4,run'], /clips of one class, "run"/],
    ['no class at all', ['a.mp4,', 'b.mp4,'], /None of the 2 rows .*: it has no label/],
    [
      'a quote that is never closed',
      ['a.mp4,run', '"b.mp4,jump', 'c.mp4,run'],
      /a quote \("\) that is opened after row 1 is never closed/,
    ],
    [
      'paths whose end nobody can tell',
      ['my a.mp4 b.mp4 3', 'my a.mp4 c.mp4 3'],
      /where its path ends cannot be told: put quotes/,
    ],
  ])('is refused with %s', async (_, lines, message) => {
    three();
    write('list.csv', lines);
    await expect(read('list.csv')).rejects.toThrow(DatasetError);
    await expect(read('list.csv')).rejects.toThrow(message);
  });

  it.each([
    ['in UTF-16', Buffer.from('\uFEFFa.mp4,run\n', 'utf16le'), /is text in UTF-16: save it as UTF-8, such as by iconv/],
    ['in UTF-16 without a mark', Buffer.from('a.mp4,run\nb.mp4,jump\n', 'utf16le'), /is text in UTF-16/],
    ['in Latin-1', Buffer.from('caf\xe9.mp4,run\n', 'latin1'), /is not text in UTF-8/],
    [
      'that is a spreadsheet',
      Buffer.from('PK\x03\x04\x00\x00\x00\x00\x08\x00xx', 'latin1'),
      /an archive or a spreadsheet, not text: save the list as CSV/,
    ],
    ['that is a video', Buffer.from('\x1aE\xdf\xa3\x00\x01\x00\x02', 'latin1'), /is binary, not text/],
  ])('refuses a file %s', async (_, bytes, message) => {
    write('list.csv', bytes);
    await expect(read('list.csv')).rejects.toThrow(DatasetError);
    await expect(read('list.csv')).rejects.toThrow(message);
  });

  it('refuses what is no file, and what it may not read', async () => {
    await expect(read('missing.csv')).rejects.toThrow(/No such file: .*missing.csv/);
    mkdirSync(at('folder'));
    await expect(read('folder')).rejects.toThrow(/folder has no list of videos/);
    execFileSync('mkfifo', [at('fifo.csv')]);
    await expect(read('fifo.csv')).rejects.toThrow(/fifo.csv is no regular file/);
    symlinkSync('ring.csv', at('ring.csv'));
    await expect(read('ring.csv')).rejects.toThrow(/Cannot read .*ring.csv/);
    write('secret.csv', ['a.mp4,run']);
    chmodSync(at('secret.csv'), 0);
    if (process.getuid?.() !== 0) await expect(read('secret.csv')).rejects.toThrow(/Cannot read .*: permission denied/);
  });

  it('stops when it is told to', async () => {
    three();
    write('list.csv', ['a.mp4,run', 'b.mp4,jump']);
    const reason = new Error('enough');
    await expect(readListFile(at('list.csv'), {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
