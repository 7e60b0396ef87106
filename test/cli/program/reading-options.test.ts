import { Command } from 'commander';
import { z } from 'zod';
import { checkOptions } from '../../../lib/cli/program/options';
import { readingFrom, readingOptions, withReadingOptions } from '../../../lib/cli/program/reading-options';
import { UsageError } from '../../../lib/base/errors';

const parse = (...words: string[]): ReturnType<typeof readingFrom> => {
  const program = withReadingOptions(new Command()).parse(words, { from: 'user' });
  return readingFrom(checkOptions(z.object(readingOptions), program.opts()));
};

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
