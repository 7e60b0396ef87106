import { UsageError } from '../../../lib/base/errors';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { stageFactors, type StageRates } from '../../../lib/training/step/stages';

const architecture = architectureOf('t0-base', 3);
const stages = [...new Set(architecture.parameters.map(({ stage }) => stage))];
const factorsOf = (rates: StageRates): number[] => stages.map(stageFactors(architecture, rates));

it('falls from the top stage down by a number', () => {
  expect(stages.at(-1)).toBe('classifier_head');
  expect(factorsOf(0.5)).toEqual(stages.map((_, i) => 0.5 ** (stages.length - 1 - i)));
  expect(factorsOf(1)).toEqual(stages.map(() => 1));
});

it('is of each stage by its name, and 1 elsewhere', () => {
  const factors = stageFactors(architecture, { projection: 0.1, block4: 0, classifier_head: 2 });
  expect(['classifier_head', 'head', 'block4', 'block3', 'stem'].map(factors)).toEqual([2, 0.1, 0, 1, 1]);
});

it.each<[unknown, RegExp]>([
  [-0.5, /^stageRates must be a number of at least 0, got -0.5$/],
  [NaN, /^stageRates must be a number of at least 0, got NaN$/],
  [Infinity, /got Infinity$/],
  ['0.5', /^stageRates must be a number of at least 0, got "0.5"$/],
  [[0.5], /^stageRates must be a number/],
  [null, /^stageRates must be a number/],
  [{ block4: -1 }, /^stageRates: block4 must be a number of at least 0, got -1$/],
  [{ head: 1 }, /^Unknown stage "head" in stageRates; expected some of stem, block0, .*, projection, classifier_head$/],
])('refuses %j', (rates, message) => {
  expect(() => factorsOf(rates as StageRates)).toThrow(UsageError);
  expect(() => factorsOf(rates as StageRates)).toThrow(message);
});
