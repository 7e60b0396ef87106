import { UsageError, DatasetError } from '../../../lib/base/errors';
import { describeFailure } from '../../../lib/cli/program/failure';
import { flagOfOption, withFlags } from '../../../lib/cli/program/flags';

it.each([
  ['strict', '--strict'],
  ['frameRate', '--frame-rate'],
  ['clip.size', '--size'],
  ['decodeThreads', '--decode-threads'],
  ["overwrite: 'anything'", '--overwrite'],
])('the flag of %s is %s', (option, flag) => {
  expect(flagOfOption(option)).toBe(flag);
});

it('puts flags in place of options in backquotes, and leaves the rest', () => {
  expect(withFlags('run without `strict`, or name `multiLabel` and `x y`; strict stays')).toBe(
    'run without --strict, or name --multi-label and `x y`; strict stays',
  );
  expect(withFlags("give `overwrite: 'anything'` to replace it")).toBe('give --overwrite to replace it');
  expect(withFlags('Run `npm run setup`.')).toBe('Run `npm run setup`.');
});

it('says what is wrong with an option as the command names it', () => {
  const wrong = new UsageError('loadVideoDataset: batchSize must be an integer of at least 1, got 0', {
    option: 'batchSize',
  });
  expect(describeFailure(wrong, false)).toEqual({
    status: 2,
    message: '--batch-size must be an integer of at least 1, got 0',
  });
  expect(describeFailure(new DatasetError('a.avi is broken: run without `strict` to leave it out'), false)).toEqual({
    status: 1,
    message: 'a.avi is broken: run without --strict to leave it out',
  });
});
