import { UsageError } from '../../../lib/base/errors';
import { commandTable, parseCommand } from '../../../lib/cli/options/command-table';
import { readingFrom, readingOptions } from '../../../lib/cli/program/reading-options';

const table = commandTable({ name: 'reading', description: 'Reads videos.', options: readingOptions });
const parse = (...words: string[]): ReturnType<typeof readingFrom> => readingFrom(parseCommand(table, words).options);

it('reads nothing special by default', () => {
  expect(parse()).toEqual({ pixelAspect: false, allowPlaylists: false });
});

it('takes what was asked for', () => {
  expect(parse('--pixel-aspect', '--allow-playlists', '--max-pixels', '1000000')).toEqual({
    ...{ pixelAspect: true, allowPlaylists: true, maxPixels: 1_000_000 },
  });
  expect(parse('--max-pixels', String(2 ** 26)).maxPixels).toBe(2 ** 26);
});

it.each(['0', '-1', '1.5', 'many', String(2 ** 26 + 1)])('refuses --max-pixels %s', (given) => {
  expect(() => parse('--max-pixels', given)).toThrow(UsageError);
  expect(() => parse('--max-pixels', given)).toThrow(/^Option --max-pixels: expected .*got/);
});
