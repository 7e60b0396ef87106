import { CommanderError } from 'commander';
import { parseBenchOptions } from '../../../scripts/bench/options';
import { UsageError } from '../../../lib/base/errors';

it('takes several models and inputs', () => {
  const argv = [
    '--model',
    'a0-base',
    '--model',
    'a2-stream',
    '--input',
    '64x8x8',
    '--input',
    '224x16x1',
    '--threads',
    '1',
    '--threads',
    '2',
  ];
  expect(parseBenchOptions(argv)).toEqual({
    model: ['a0-base', 'a2-stream'],
    input: [
      { size: 64, frames: 8, batchSize: 8 },
      { size: 224, frames: 16, batchSize: 1 },
    ],
    threads: [1, 2],
    ...{ quick: false, update: false, stages: false, profile: false, list: false, json: false, verbose: false },
  });
});

it('reads the filter as a regular expression', () => {
  expect(parseBenchOptions(['--filter', '^Decode.*convert:1$']).filter?.test('DecodeFrame/convert:1')).toBe(true);
});

it.each([
  ['an unknown model', ['--model', 'a9-base'], UsageError, /a9-base/],
  ['a broken input', ['--input', '224'], UsageError, /"224"/],
  ['a broken filter', ['--filter', '('], UsageError, /--filter/],
  ['no threads', ['--threads', '0'], UsageError, /--threads/],
  ['an unknown precision', ['--precision', 'float8'], UsageError, /float8/],
  ['--update alone', ['--update'], UsageError, /--quick/],
  ['a choice of a quick run', ['--quick', '--model', 'a0-base'], UsageError, /--model/],
  ['a filter of a quick run', ['--quick', '--filter', 'x'], UsageError, /--filter/],
  ['a profile that is compared', ['--profile', '--compare', 'old.json'], UsageError, /--compare/],
  ['an unknown option', ['--fast'], CommanderError, /--fast/],
])('refuses %s, naming it', (_, argv, type, message) => {
  expect(() => parseBenchOptions(argv)).toThrow(type);
  expect(() => parseBenchOptions(argv)).toThrow(message);
});
