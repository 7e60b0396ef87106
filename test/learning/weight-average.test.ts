import { UsageError } from '../../lib/base/errors';
import { adam } from '../../lib/learning/optimizer';
import { exponentialMovingAverage, weightAverages } from '../../lib/learning/weight-average';
import { learn } from './support/graph-steps';
import { kerasValues } from './support/keras-values';

const { start, rates, gradients } = kerasValues;

/** The numbers are those of Keras: see keras.test.ts. */
describe('exponentialMovingAverage', () => {
  it('is the variable after the first step, and from then on follows what each step left', async () => {
    const average = exponentialMovingAverage({ momentum: 0.75 });
    const { variables, averages } = await learn({ optimizer: adam(), average, start, rates, gradients });
    expect(averages[0]).toEqual(variables[0]);
    averages.slice(1).forEach(({ kernel }, step) => {
      kernel.forEach((value, i) => {
        const expected = 0.75 * averages[step]!.kernel[i]! + 0.25 * variables[step + 1]!.kernel[i]!;
        expect(value).toBeCloseTo(expected, 6);
      });
    });
  });

  it('at momentum 0 is the variable itself', async () => {
    const average = exponentialMovingAverage({ momentum: 0 });
    const { variables, averages } = await learn({ optimizer: adam(), average, start, rates, gradients });
    expect(averages).toEqual(variables);
  });

  it('changes nothing of what is learned, and is kept beside each variable', async () => {
    const plain = await learn({ optimizer: adam(), start, rates, gradients });
    const averaged = await learn({ optimizer: adam(), average: exponentialMovingAverage(), start, rates, gradients });
    expect(averaged.variables).toEqual(plain.variables);
    const more = ['kernel/.OPTIMIZER_SLOT/average', 'bias/.OPTIMIZER_SLOT/average'];
    expect(averaged.slots).toEqual([...plain.slots, ...more]);
  });

  it('states its default and refuses a momentum out of range', () => {
    expect(weightAverages.check('exponentialMovingAverage')).toEqual({
      ...{ kind: 'exponentialMovingAverage', momentum: 0.99 },
    });
    for (const momentum of [-0.1, 1, Number.NaN]) {
      const text = `The weightAverage exponentialMovingAverage: momentum: expected a number of at least 0 and below 1, got ${momentum}`;
      expect(() => exponentialMovingAverage({ momentum })).toThrow(UsageError);
      expect(() => exponentialMovingAverage({ momentum })).toThrow(text);
    }
  });
});
