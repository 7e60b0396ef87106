import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { extname } from 'node:path';
import { readTable, type Table } from '../../../../../lib/data/lists/files/text/table';
import { listFolder } from '../support/list-folder';

const { at, write } = listFolder();
const isVideo = (name: string): boolean => ['.avi', '.mp4'].includes(extname(name).toLowerCase());

/** Names of files and classes as people have them, with all that lists separate and quote by. */
const word = fc
  .string({
    unit: fc.constantFrom(...Array.from('abcXYZ019_-.,;# \t"\'()é\u0301漢\\')),
    minLength: 1,
    maxLength: 12,
  })
  .map((text) => text.trim())
  .filter((text) => text !== '' && !/^-\d+$/.test(text) && !isVideo(text));
const path = fc
  .tuple(fc.array(word, { maxLength: 2 }), word, fc.constantFrom('.avi', '.MP4'))
  .map(([folders, name, ending]) => [...folders, `${name}${ending}`].join('/'))
  .filter((text) => !/^[a-z]:\\/i.test(text));
const labels = fc.uniqueArray(word, { minLength: 1, maxLength: 3, selector: (label) => label.normalize('NFC') });
const span = fc
  .tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }))
  .map(([from, length]) => [from / 100, (from + length) / 100] as const);
const row = fc.record({ path, labels, span, part: fc.constantFrom('train', 'Validation', 'TEST') });
const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', ' '),
  end: fc.constantFrom('\n', '\r\n'),
  header: fc.boolean(),
  mark: fc.boolean(),
  quoted: fc.boolean(),
  times: fc.boolean(),
  parts: fc.boolean(),
});

const entriesOf = ({ entries }: Table): unknown[] =>
  entries.map(({ video, labels, span, part }) => ({ video, labels, span, part }));

it('reads what was written, in whatever dialect', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), dialect, async (rows, written) => {
      const { delimiter, end, header, mark, quoted, times, parts } = written;
      const cells = rows.map((one) => [
        one.path,
        one.labels.join('|'),
        ...(times ? one.span.map(String) : []),
        ...(parts ? [one.part] : []),
      ]);
      const names = ['path', 'label', ...(times ? ['start', 'end'] : []), ...(parts ? ['split'] : [])];
      const text = stringify(header ? [names, ...cells] : cells, {
        delimiter,
        record_delimiter: end,
        quoted,
        bom: mark,
        // Of a space separated list a tab ends a field too, and lines that begin with # are comments.
        quoted_match: /^#|[\t ]/,
      });
      write('list.txt', Buffer.from(text));
      const table = await readTable(at('list.txt'), { isVideo });
      expect(table.broken).toEqual([]);
      expect(table.entries.map((entry) => entry.row)).toEqual(rows.map((_, i) => i + (header ? 2 : 1)));
      expect(entriesOf(table)).toEqual(
        rows.map((one) => ({
          video: one.path,
          labels: one.labels.map((label) => label.normalize('NFC')),
          span: times ? one.span : undefined,
          part: parts ? one.part.toLowerCase() : undefined,
        })),
      );
    }),
    { numRuns: 300 },
  );
});

it('finds the delimiter among names that have others in them', async () => {
  write('list.txt', ['a, b.mp4;x, y', 'c, d.mp4;z, w']);
  expect(entriesOf(await readTable(at('list.txt'), { isVideo }))).toEqual([
    { video: 'a, b.mp4', labels: ['x, y'] },
    { video: 'c, d.mp4', labels: ['z, w'] },
  ]);
  write('list.txt', ['x,1.mp4 3', 'y,2.mp4 4']);
  expect(entriesOf(await readTable(at('list.txt'), { isVideo }))).toEqual([
    { video: 'x,1.mp4', labels: ['3'] },
    { video: 'y,2.mp4', labels: ['4'] },
  ]);
});

it.each([
  ['path,label', '001,class 3', '002,class 4'],
  ['label,youtube_id,time_start,time_end', 'class 3,001,0,1', 'class 4,002,0,1'],
  ['Video Path;Label', '001;class 3', '002;class 4'],
  ['001\tclass 3', '002\tclass 4'],
])('finds the delimiter where names have no ending, and classes are called as columns: %s', async (...lines) => {
  write('list.txt', lines);
  const { entries, broken } = await readTable(at('list.txt'), { isVideo });
  expect(broken).toEqual([]);
  expect(entries.map(({ video, labels }) => [video, ...labels])).toEqual([
    ['001', 'class 3'],
    ['002', 'class 4'],
  ]);
});

it('says which of two columns for one thing is read', async () => {
  write('list.csv', ['path,label,label_name', 'a.mp4,3,run']);
  const table = await readTable(at('list.csv'), { isVideo });
  expect(table.entries[0]?.labels).toEqual(['run']);
  expect(table.notes).toEqual(['list.csv: of the columns label_name and label the first is read']);
});
