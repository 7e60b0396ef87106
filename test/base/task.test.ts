import { UsageError } from '../../lib/base/errors';
import {
  checkSameTask,
  decodeTargets,
  encodeTargets,
  labelsAbove,
  multiLabel,
  probabilities,
  singleLabel,
} from '../../lib/base/task';

const round = (values: Iterable<number>): number[] => Array.from(values, (value) => Number(value.toFixed(6)));

describe('probabilities', () => {
  const logits = Float32Array.of(0, Math.log(3), 1000, -1000);

  it('are the softmax of each row', () => {
    expect(round(probabilities(logits, 2, 'single-label'))).toEqual([0.25, 0.75, 1, 0]);
  });

  it('are the sigmoid of each number where a clip has any number of classes', () => {
    expect(round(probabilities(logits, 2, 'multi-label'))).toEqual([0.5, 0.75, 1, 0]);
    expect(round(probabilities(logits, 1, 'multi-label'))).toEqual([0.5, 0.75, 1, 0]);
  });
});

it('gives the labels above a threshold, not at it', () => {
  const row = Float32Array.of(0.5, 0.75, 0.25, 0.9);
  expect(labelsAbove(row)).toEqual([1, 3]);
  expect(labelsAbove(row, 0.75)).toEqual([3]);
  expect(labelsAbove(row, 0.2)).toEqual([0, 1, 2, 3]);
});

describe('targets', () => {
  it('of several classes are read back as they were written', () => {
    const targets = [[0, 2], [], [1]];
    const rows = encodeTargets(targets, 3);
    expect([...rows]).toEqual([1, 0, 1, 0, 0, 0, 0, 1, 0]);
    expect(decodeTargets(rows, 3, 'multi-label')).toEqual(targets);
  });

  it('of clips that were mixed are of the class with the larger share', () => {
    const rows = Float32Array.of(0.3, 0.7, 0, 0.5, 0, 0.5);
    expect(decodeTargets(rows, 2, 'single-label')).toEqual([[1], [0]]);
    expect(decodeTargets(Float32Array.of(1, 0.7, 0.3), 1, 'multi-label')).toEqual([[0, 1]]);
  });

  it.each([-1, 3, 0.5, Number.NaN])('refuse %d, which is no class', (label) => {
    expect(() => encodeTargets([[0], [label]], 3)).toThrow(UsageError);
  });
});

describe('checkSameTask', () => {
  const model = singleLabel(['run', 'jump']);

  it('lets the same classes pass', () => {
    expect(() => checkSameTask(model, singleLabel(['run', 'jump']))).not.toThrow();
  });

  it.each([
    ['another order', singleLabel(['jump', 'run']), /classes are not the model's: jump, run against run, jump/],
    ['fewer classes', singleLabel(['run']), /not the model's: run against run, jump/],
    ['another kind', multiLabel(['run', 'jump']), /data set is multi-label and the model single-label/],
  ])('refuses %s', (_, data, message) => {
    expect(() => checkSameTask(model, data)).toThrow(message);
  });
});
