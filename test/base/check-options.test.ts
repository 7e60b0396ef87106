import fc from 'fast-check';
import { z } from 'zod';
import { checkOptions } from '../../lib/base/check-options';
import { shown } from '../../lib/base/shown';
import { UsageError } from '../../lib/base/errors';
import {
  anything,
  callback,
  classNames,
  flag,
  integer,
  number,
  oneOf,
  seed,
  signal,
  text,
} from '../../lib/base/option-kinds';

const schema = z
  .object({
    batchSize: integer(1),
    fold: integer(1, 3),
    memory: number({ above: 0 }),
    share: number({ min: 0, max: 1 }),
    retries: number({ min: 0, infinite: true }),
    seed: seed(),
    strict: flag(),
    device: text(),
    mode: oneOf(['center', 'first']),
    crops: oneOf([1, 3]),
    onLost: callback<(seconds: number) => void>(),
    signal: signal(),
    classes: classNames(),
    addon: anything<object>(),
    clip: z.strictObject({ size: integer(1) }),
    sizes: z.array(integer(1)),
    plain: z.number().int().min(2).max(4),
    words: z.array(z.string()).min(1),
  })
  .partial();

const messageOf = (given: unknown): string => {
  try {
    checkOptions('openThing', schema, given);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
};

describe('options are checked at the edge', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ batchSize: 0 }, 'batchSize must be an integer of at least 1, got 0'],
    [{ batchSize: 1.5 }, 'batchSize must be an integer of at least 1, got 1.5'],
    [{ batchSize: NaN }, 'batchSize must be an integer of at least 1, got NaN'],
    [{ batchSize: '8' }, 'batchSize must be an integer of at least 1, got "8"'],
    [{ batchSize: null }, 'batchSize must be an integer of at least 1, got null'],
    [{ fold: 4 }, 'fold must be an integer from 1 to 3, got 4'],
    [{ memory: 0 }, 'memory must be a number above 0, got 0'],
    [{ memory: Infinity }, 'memory must be a number above 0, got Infinity'],
    [{ share: 1.1 }, 'share must be a number of at least 0 and at most 1, got 1.1'],
    [{ retries: -1 }, 'retries must be a number of at least 0, got -1'],
    [{ seed: NaN }, 'seed must be an integer, got NaN'],
    [{ strict: 'yes' }, 'strict must be true or false, got "yes"'],
    [{ device: '' }, 'device must be text that is not empty, got ""'],
    [{ mode: 'middle' }, 'mode must be one of center, first, got "middle"'],
    [{ crops: 2 }, 'crops must be one of 1, 3, got 2'],
    [{ onLost: 7 }, 'onLost must be a function, got 7'],
    [{ signal: {} }, 'signal must be an AbortSignal, got {}'],
    [
      { classes: [] },
      'classes must be a list of different names, at least one, none of them empty or of several lines, got []',
    ],
    [
      { classes: ['a', 'a'] },
      'classes must be a list of different names, at least one, none of them empty or of several lines, got ["a","a"]',
    ],
    [
      { classes: ['a', ''] },
      'classes must be a list of different names, at least one, none of them empty or of several lines, got ["a",""]',
    ],
    [{ clip: { size: NaN } }, 'clip.size must be an integer of at least 1, got NaN'],
    [{ clip: { size: 1, sise: 2 } }, 'clip has no option sise'],
    [{ clip: 'x' }, 'clip must be an object, got "x"'],
    [{ sizes: [1, 0] }, 'sizes[1] must be an integer of at least 1, got 0'],
    [{ plain: 1 }, 'plain must be at least 2, got 1'],
    [{ plain: 5 }, 'plain must be at most 4, got 5'],
    [{ plain: 2.5 }, 'plain must be an integer, got 2.5'],
    [{ plain: NaN }, 'plain must be a number, got NaN'],
    [{ words: [] }, 'words must have a length of at least 1, got []'],
    [{ batch_size: 8 }, 'there is no option batch_size; batchSize is meant?'],
    [{ batchsize: 8 }, 'there is no option batchsize; batchSize is meant?'],
    [{ sede: 8 }, 'there is no option sede; seed is meant?'],
    [{ optimiser: 8 }, 'there is no option optimiser'],
  ])('%j', (given, message) => {
    expect(messageOf(given)).toBe(`openThing: ${message}`);
  });

  it.each([undefined, null, 7, 'x', []])('refuses %j in place of options', (given) => {
    expect(messageOf(given)).toMatch(/^openThing: the options must be an object, got /);
  });

  it('names the option in a field', () => {
    const wrong = (): unknown => checkOptions('openThing', schema, { clip: { size: 0 } });
    expect(wrong).toThrow(expect.objectContaining({ option: 'clip.size' }));
  });

  it('asks for what is missing', () => {
    expect(() => checkOptions('openThing', z.object({ size: integer(1) }), {})).toThrow('openThing: size is missing');
  });

  it('gives what is right, undefined and objects of classes as they are', () => {
    const given = {
      ...{ batchSize: 8, fold: undefined, memory: 0.5, retries: Infinity, seed: -1, classes: ['a', 'b'] },
      ...{ onLost: () => undefined, signal: new AbortController().signal, addon: new Map() },
    };
    const checked = checkOptions('openThing', schema, given);
    expect(checked).toEqual(given);
    expect(checked.addon).toBe(given.addon);
    expect(checked.onLost).toBe(given.onLost);
    expect(checked.signal).toBe(given.signal);
  });

  it('puts defaults in their place', () => {
    expect(checkOptions('openThing', z.object({ size: integer(1).default(224) }), {})).toEqual({ size: 224 });
  });
});

describe('a value in a message', () => {
  it('is one short line, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const line = shown(value);
        expect(line.length).toBeLessThanOrEqual(61);
        expect(line).not.toContain('\n');
      }),
    );
  });

  it('shows NaN within lists and names what is large', () => {
    expect(shown([NaN, 1])).toBe('["NaN",1]');
    expect(shown(new Float32Array(3))).toBe('a Float32Array');
    expect(shown(new Array(1000).fill(0))).toBe('a list of 1000');
    expect(shown(() => 0)).toBe('a function');
  });
});
