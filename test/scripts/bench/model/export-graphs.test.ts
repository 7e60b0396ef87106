import { DEFAULT_MODELS } from '../../../../scripts/bench/model/cases';
import { randomModel } from '../../../../scripts/bench/model/export-graphs';

it.each(DEFAULT_MODELS)('gives %s no bias of zeros and no scale of ones, which TensorFlow would leave out', (id) => {
  const { architecture, weights } = randomModel(id);
  const trivial = architecture.parameters.filter((parameter) => {
    const { data } = weights.get(parameter);
    return data.some((value) => value === 0 || value === 1 || !Number.isFinite(value));
  });
  expect(trivial.map(({ path }) => path)).toEqual([]);
});

it.each(DEFAULT_MODELS)('gives %s variances that are positive', (id) => {
  const { architecture, weights } = randomModel(id);
  const variances = architecture.parameters.filter(({ role }) => role === 'moving_variance');
  expect(variances.length).toBeGreaterThan(0);
  for (const parameter of variances) expect(weights.get(parameter).data.every((value) => value > 0)).toBe(true);
});
