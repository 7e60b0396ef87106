import { CommanderError } from 'commander';
import { parseBenchOptions } from '../../../scripts/bench/command';
import { UsageError } from '../../../lib/base/errors';

it('takes several models and inputs', () => {
  const argv = ['--model', 'a0-base', '--model', 'a2-stream', '--input', '64x8x8', '--input', '224x16x1', '--quick'];
  expect(parseBenchOptions(argv)).toEqual({
    model: ['a0-base', 'a2-stream'],
    input: [
      { size: 64, frames: 8, batchSize: 8 },
      { size: 224, frames: 16, batchSize: 1 },
    ],
    ...{ quick: true, list: false, json: false, verbose: false },
  });
});

it('reads the filter as a regular expression', () => {
  expect(parseBenchOptions(['--filter', '^Decode.*convert:1$']).filter?.test('DecodeFrame/convert:1')).toBe(true);
});

it.each([
  ['an unknown model', ['--model', 'a9-base'], UsageError, /a9-base/],
  ['a broken input', ['--input', '224'], UsageError, /"224"/],
  ['a broken filter', ['--filter', '('], UsageError, /--filter/],
  ['an unknown option', ['--fast'], CommanderError, /--fast/],
])('refuses %s, naming it', (_, argv, type, message) => {
  expect(() => parseBenchOptions(argv)).toThrow(type);
  expect(() => parseBenchOptions(argv)).toThrow(message);
});
