import fc from 'fast-check';
import { DivergedError } from '../../lib/base/errors';
import { labelsAbove, predictedClasses, topClasses } from '../../lib/base/task';
import { checkFinite } from '../../lib/metrics/outcome';

const files = ['a.avi', 'b.avi', 'b.avi'];
const outcome = (logits: number[], losses: number[]) => ({
  logits: Float32Array.from(logits),
  losses: Float32Array.from(losses),
});

function errorOf(work: () => unknown): DivergedError {
  try {
    work();
  } catch (error) {
    if (error instanceof DivergedError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('checkFinite', () => {
  it('lets numbers pass, and a batch of none', () => {
    expect(() => checkFinite(outcome([1e30, -1e30, 0, 1, 2, 3], [0, 1e30, 2]), files)).not.toThrow();
    expect(() => checkFinite(outcome([], []), [])).not.toThrow();
  });

  it.each([NaN, Infinity, -Infinity])(
    'names the files whose loss is %d, each once, and where the run stands',
    (bad) => {
      const error = errorOf(() =>
        checkFinite(outcome([0, 1, 0, 1, 0, 1], [1, bad, bad]), files, { epoch: 2, step: 7 }),
      );
      expect(error).toMatchObject({ what: 'loss', files: ['b.avi'], epoch: 2, step: 7 });
      expect(error.message).toBe(
        'NaN or infinite loss after step 7 of epoch 2 (b.avi): a smaller learning rate may help',
      );
    },
  );

  it.each([NaN, Infinity, -Infinity])('finds a logit that is %d where the losses are numbers', (bad) => {
    const error = errorOf(() => checkFinite(outcome([bad, 1, 0, 1, 0, bad], [1, 1, 1]), files));
    expect(error).toMatchObject({ what: 'logits', files: ['a.avi', 'b.avi'] });
    expect(error.message).toMatch(/^NaN or infinite logits \(a\.avi and 1 more\): the model is broken/);
  });

  it('names exactly the rows that are not finite', () => {
    const number = fc.oneof(
      { weight: 9, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
      fc.constantFrom(NaN, Infinity),
    );
    const clip = fc.record({ logits: fc.tuple(number, number, number), loss: number });
    fc.assert(
      fc.property(fc.array(clip), (clips) => {
        const wrong = clips.flatMap(({ logits, loss }, i) =>
          [...logits, loss].every(Number.isFinite) ? [] : [`${i}`],
        );
        const check = () =>
          checkFinite(
            outcome(
              clips.flatMap(({ logits }) => logits),
              clips.map(({ loss }) => loss),
            ),
            clips.map((_, i) => `${i}`),
          );
        if (wrong.length === 0) check();
        else expect(errorOf(check).files).toEqual(wrong);
      }),
    );
  });
});

describe('no class is told of NaN', () => {
  const rows = Float32Array.of(0.1, 0.7, 0.2, NaN);

  it.each<[string, () => unknown]>([
    ['predictedClasses', () => predictedClasses(rows, 2)],
    ['topClasses', () => topClasses(rows, ['a', 'b', 'c', 'd'], 2)],
    ['labelsAbove', () => labelsAbove(rows)],
  ])('by %s', (_, work) => {
    expect(errorOf(work)).toMatchObject({ what: 'logits', files: [] });
  });

  it('but of infinite scores', () => {
    expect(predictedClasses(Float32Array.of(-Infinity, 0, Infinity), 1)).toEqual([2]);
  });
});
