import { describeMovinet } from '../../lib/movinet/describe-movinet';
import { drawWeights, initialWeights } from '../../lib/movinet/initialize';
import { movinetOptions } from '../../lib/movinet/options';
import { derive } from '../../lib/base/random';

const architecture = describeMovinet(movinetOptions('a0', 'base', { numClasses: 10 }));
const uniform = (seed: number) => (path: string) => {
  const random = derive(seed, path);
  return () => random.float();
};

function deviation(values: Float32Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
}

describe('initialWeights', () => {
  const weights = initialWeights(architecture, { uniform: uniform(0) });

  it('draws He-normal kernels: the hidden layer has the deviation of fan-in 480 (specification §4)', () => {
    const { data } = weights.get(architecture.classifierHidden.kernel);
    expect(deviation(data)).toBeCloseTo(Math.sqrt(2 / 480), 3);
    // Cut at two deviations of the uncut distribution.
    expect(Math.max(...data.subarray(0, 100_000))).toBeLessThan((2 * Math.sqrt(2 / 480)) / 0.8796 + 1e-6);
  });

  it('draws the classifier from N(0, 0.01)', () => {
    expect(deviation(weights.get(architecture.classifier.kernel).data)).toBeCloseTo(0.01, 3);
  });

  it('starts ReZero at 0, or where it is told', () => {
    const scale = architecture.blocks[0]?.projection.outputScale;
    expect(scale && weights.get(scale).data[0]).toBe(0);
    const one = initialWeights(architecture, { uniform: uniform(0), reZero: 1 }, ({ role }) => role === 'scale');
    expect(scale && one.get(scale).data[0]).toBe(1);
  });

  it('gives the same numbers for the same seed, others for another', () => {
    const { kernel } = architecture.stem;
    const again = initialWeights(architecture, { uniform: uniform(0) }, ({ path }) => path === kernel.path);
    const other = initialWeights(architecture, { uniform: uniform(1) }, ({ path }) => path === kernel.path);
    expect(again.get(kernel).data).toEqual(weights.get(kernel).data);
    expect(other.get(kernel).data).not.toEqual(weights.get(kernel).data);
  });
});

it('draws the same numbers in turns', async () => {
  const { kernel } = architecture.classifier;
  const wanted = ({ path }: { path: string }): boolean => path === kernel.path;
  const drawn = await drawWeights(architecture, { uniform: uniform(3) }, wanted);
  expect(drawn).toEqual(initialWeights(architecture, { uniform: uniform(3) }, wanted));
});
