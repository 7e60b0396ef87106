import fc from 'fast-check';
import { readBeginning, readLines, readText } from '../../../../../lib/data/lists/files/text/text';
import { collect, listFolder } from '../support/list-folder';

const { at, write } = listFolder();
/** Bytes of one piece that a file is read in. */
const PIECE = 1 << 16;

it('numbers lines whatever ends them, across the pieces of a file', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '漢'), maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { minLength: 1, maxLength: 10 }),
      fc.integer({ min: -20, max: 2 }),
      async (lines, offset) => {
        const filler = 'x'.repeat(PIECE + offset);
        write('list.txt', Buffer.from(`${filler}\n${lines.flat().join('')}`));
        const expected = lines.map(([text], i) => [text, i + 2]).filter(([text]) => String(text).trim() !== '');
        await expect(collect(readLines(at('list.txt')))).resolves.toEqual([[filler, 1], ...expected]);
      },
    ),
    { numRuns: 60 },
  );
});

it('reads characters that lie across two pieces, and takes the mark off the beginning alone', async () => {
  const text = `${'x'.repeat(PIECE - 1)}é\uFEFF`;
  write('list.txt', Buffer.from(`\uFEFF${text}`));
  await expect(collect(readText(at('list.txt'))).then((pieces) => pieces.join(''))).resolves.toBe(text);
});

it('looks at whole lines only', async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
  write('list.txt', lines);
  const beginning = await readBeginning(at('list.txt'));
  expect(beginning.length).toBeGreaterThan(PIECE / 2);
  const whole = beginning.split('\n');
  expect(whole.pop()).toBe('');
  expect(whole).toEqual(lines.slice(0, whole.length));
  write('short.txt', Buffer.from('a.mp4,run\nb.mp4,jump'));
  await expect(readBeginning(at('short.txt'))).resolves.toBe('a.mp4,run\nb.mp4,jump');
});

it('refuses a text whose last character breaks off', async () => {
  write('list.txt', Buffer.from([0x61, 0xc3]));
  await expect(collect(readText(at('list.txt')))).rejects.toThrow(/is not text in UTF-8/);
});
