import fc from 'fast-check';
import { UsageError } from '../../../../lib/base/errors';
import { formatSplit, parseSplit, sharesOf } from '../../../../lib/data/lists/splits/rule';

describe('parseSplit', () => {
  it.each(['auto', 'folders', 'listed', 'ucf101', 'tutorial', 'all', '0.8', '0.25', '0.7/0.15/0.15'])(
    'reads %s, and formatSplit writes it back',
    (text) => {
      expect(formatSplit(parseSplit(text))).toBe(text);
    },
  );

  it.each(['', ' ', '0', '1', '-0.5', '80%', 'ucf', 'NaN', 'Infinity', '0.8/', '1/0', '0.5/0.2/0.2/0.1', '70/30'])(
    'refuses "%s" and lists what there is',
    (text) => {
      expect(() => parseSplit(text)).toThrow(UsageError);
      expect(() => parseSplit(text)).toThrow(/auto, folders, listed, ucf101, tutorial, all or the share/);
    },
  );

  it('takes train/test for the share to train on', () => {
    expect(parseSplit('0.8/0.2')).toEqual({ kind: 'ratio', train: 0.8 });
    expect(parseSplit(' 0.6 / 0.2 / 0.2 ')).toEqual({ kind: 'ratio', train: 0.6, validation: 0.2 });
    expect(parseSplit('0.333/0.333/0.333')).toEqual({ kind: 'ratio', train: 0.333, validation: 0.333 });
  });

  it.each([
    ['0.8/0.1', '0.9'],
    ['0.7/0.2/0.2', '1.1'],
  ])('refuses %s, which is not all', (text, sum) => {
    expect(() => parseSplit(text)).toThrow(`The shares of the split "${text}" must sum to 1; they sum to ${sum}`);
  });

  it('reads back whatever shares it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 1, max: 98 }), (a, b) => {
        fc.pre(a + b < 100);
        const rule = { kind: 'ratio', train: a / 100, validation: b / 100 } as const;
        expect(parseSplit(formatSplit(rule))).toEqual(rule);
        const text = formatSplit(rule);
        expect(text.length).toBeLessThanOrEqual(14);
      }),
    );
  });
});

describe('sharesOf', () => {
  it.each([
    [{ train: 0 }],
    [{ train: 1 }],
    [{ train: NaN }],
    [{ train: 0.5, validation: 0 }],
    [{ train: 0.5, validation: 0.5 }],
  ])('refuses %j', (shares) => {
    expect(() => sharesOf({ kind: 'ratio', ...shares })).toThrow(UsageError);
  });

  it('gives all parts, which sum to 1', () => {
    expect(sharesOf({ kind: 'ratio', train: 0.75 })).toEqual([
      ['train', 0.75],
      ['test', 0.25],
    ]);
    expect(sharesOf({ kind: 'ratio', train: 0.5, validation: 0.25 }).map(([part]) => part)).toEqual([
      ...['train', 'validation', 'test'],
    ]);
  });
});
