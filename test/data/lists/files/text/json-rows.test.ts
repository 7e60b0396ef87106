import fc from 'fast-check';
import { DatasetError } from '../../../../../lib/base/errors';
import { readJsonRows } from '../../../../../lib/data/lists/files/text/json-rows';
import { collect, listFolder } from '../support/list-folder';

const { at, write } = listFolder();
const read = async (text: string): Promise<(readonly [unknown, number])[]> => {
  write('rows.json', Buffer.from(text));
  return await collect(readJsonRows(at('rows.json')));
};

it('reads any list of objects, however it is laid out', async () => {
  const value = fc.dictionary(fc.string(), fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(fc.array(value, { maxLength: 8 }), fc.constantFrom(undefined, 2, '\t'), async (rows, indent) => {
      const expected = JSON.parse(JSON.stringify(rows)) as unknown[];
      await expect(read(JSON.stringify(rows, undefined, indent))).resolves.toEqual(
        expected.map((row, i) => [row, i + 1]),
      );
    }),
  );
});

it('reads a list longer than a piece of a file', async () => {
  const rows = Array.from({ length: 5000 }, (_, id) => ({ id, text: `"[{é${'x'.repeat(id % 90)}\\` }));
  await expect(read(JSON.stringify(rows))).resolves.toEqual(rows.map((row, i) => [row, i + 1]));
});

it.each([
  ['an object', '{"a": 1}', /is no list of videos: a JSON list of objects/],
  ['a list of texts', '["a"]', /is no list of videos/],
  ['what comes after the list', '[{}] {}', /is no list of videos/],
  ['a list that breaks off', '[{"a": 1}, {"a": ', /is damaged: it breaks off after row 1/],
  ['a damaged object', '[{"a": 1}, {"a": x}]', /rows.json, row 2: damaged/],
  ['nothing', '', /breaks off after row 0/],
])('refuses %s', async (_, text, message) => {
  await expect(read(text)).rejects.toThrow(DatasetError);
  await expect(read(text)).rejects.toThrow(message);
});
