import { GraphBuilder } from '../../lib/graph/builder';
import { placeholder } from '../../lib/graph/ops';
import type { Described } from '../../lib/base/described';
import {
  binaryCrossEntropy,
  binaryFocalCrossEntropy,
  categoricalCrossEntropy,
  categoricalFocalCrossEntropy,
  defaultLoss,
  losses as kinds,
} from '../../lib/learning/loss';
import { loadAddon } from '../../lib/native/addon';
import { UsageError } from '../../lib/base/errors';

const addon = loadAddon();

interface Computed {
  /** [batch]. */
  readonly losses: number[];
  /** Of the sum of the losses, by the logits, row-major. */
  readonly gradient: number[];
}

/** A loss as TensorFlow computes it, with the gradient that training takes. */
async function compute(
  loss: Described<'loss'>,
  logits: readonly number[][],
  targets: readonly number[][],
): Promise<Computed> {
  const g = new GraphBuilder(addon);
  const classes = logits[0]?.length ?? 0;
  const [x, y] = ['logits', 'targets'].map((name) => placeholder(g, 'float32', [-1, classes], name));
  const losses = kinds.build(loss).perExample(g, x!, y!);
  const gradients = await g.graph.addGradients([losses], [x!]);
  using session = await addon.createSession(g.graph);
  const tensors = [logits, targets].map((rows) => {
    const tensor = addon.createTensor('float32', [rows.length, classes]);
    (tensor.data() as Float32Array).set(rows.flat());
    return tensor;
  });
  const [values, slope] = await session.run(session.prepare([x!, y!], [losses, ...gradients]), tensors);
  return {
    losses: [...(values!.data() as Float32Array)],
    gradient: [...(slope!.data() as Float32Array)],
  };
}

const LOGITS = [
  [0, 1.5, -2],
  [30, -30, 0.25],
  [-80, 80, 3],
];
const TARGETS = [
  [0, 1, 0],
  [1, 1, 0.3],
  [1, 0, 0],
];

/** Mean over the classes of y·ln(1 + e^−x) + (1 − y)·ln(1 + e^x), in double precision. */
function expectedLosses(smoothing: number): number[] {
  return LOGITS.map((row, i) => {
    const terms = row.map((x, k) => {
      const y = (TARGETS[i]?.[k] ?? NaN) * (1 - smoothing) + smoothing / 2;
      return Math.max(x, 0) - x * y + Math.log1p(Math.exp(-Math.abs(x)));
    });
    return terms.reduce((sum, term) => sum + term, 0) / row.length;
  });
}

describe('binary cross-entropy', () => {
  it.each([0, 0.1])(
    'is the mean over the classes, also of logits of any size (smoothing %d)',
    async (labelSmoothing) => {
      const { losses } = await compute(binaryCrossEntropy({ labelSmoothing }), LOGITS, TARGETS);
      expectedLosses(labelSmoothing).forEach((expected, row) => expect(losses[row]).toBeCloseTo(expected, 4));
    },
  );

  it.each([
    [0, [0.34049615, 0.42223337]],
    [0.1, [0.39882949, 0.47306672]],
  ])('equals that of Keras 3.15 (smoothing %d)', async (labelSmoothing, expected) => {
    const logits = [
      [0, 1.5, -2],
      [2.5, -0.75, 0.25],
    ];
    const targets = [
      [0, 1, 0],
      [1, 0.3, 1],
    ];
    const { losses } = await compute(binaryCrossEntropy({ labelSmoothing }), logits, targets);
    expected.forEach((loss, row) => expect(losses[row]).toBeCloseTo(loss, 6));
  });

  it('has the gradient (sigmoid − target) / classes, also where a logit is 0', async () => {
    const { gradient } = await compute(binaryCrossEntropy(), LOGITS, TARGETS);
    LOGITS.flat().forEach((x, i) => {
      const expected = (1 / (1 + Math.exp(-x)) - (TARGETS.flat()[i] as number)) / 3;
      expect(gradient[i]).toBeCloseTo(expected, 6);
    });
  });

  it('has the gradient of its own differences', async () => {
    const step = 0.01;
    const rows = [[0.3, -1.2, 0]];
    const targets = [[1, 0.4, 0]];
    const loss = binaryCrossEntropy({ labelSmoothing: 0.2 });
    const { gradient } = await compute(loss, rows, targets);
    for (const [k, slope] of gradient.entries()) {
      const moved = (by: number) => [rows[0]!.map((x, i) => (i === k ? x + by : x))];
      const [above] = (await compute(loss, moved(step), targets)).losses;
      const [below] = (await compute(loss, moved(-step), targets)).losses;
      expect(slope).toBeCloseTo((above! - below!) / (2 * step), 3);
    }
  });
});

describe('softmax cross-entropy', () => {
  it('takes shares of classes, as clips that were mixed have them', async () => {
    const logits = [[1, 2, -1]];
    const { losses, gradient } = await compute(categoricalCrossEntropy(), logits, [[0.7, 0.3, 0]]);
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(-1);
    expect(losses[0]).toBeCloseTo(Math.log(sum) - 0.7 * 1 - 0.3 * 2, 5);
    expect(gradient[0]).toBeCloseTo(Math.exp(1) / sum - 0.7, 5);
  });

  it('smooths its targets over all classes', async () => {
    const { losses } = await compute(categoricalCrossEntropy({ labelSmoothing: 0.3 }), [[1, 2, -1]], [[1, 0, 0]]);
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(-1);
    expect(losses[0]).toBeCloseTo(Math.log(sum) - (0.8 * 1 + 0.1 * 2 + 0.1 * -1), 5);
  });
});

/** The numbers of moderate logits are those of Keras: see keras.test.ts. */
describe('focal cross-entropy', () => {
  const describers = [categoricalFocalCrossEntropy, binaryFocalCrossEntropy];
  const rows = [
    [0, 0, 0],
    [1e4, -1e4, 0],
    [-90, 90, 3],
    [1e-3, 30, -30],
  ];
  const targets = [
    [1, 0, 0],
    [1, 0, 0],
    [1, 0, 0],
    [0, 0.7, 0.3],
  ];

  it.each([0, 0.5, 1, 2, 5])('and its gradient are numbers for logits of any size, gamma %d', async (gamma) => {
    for (const describeLoss of describers) {
      const { losses, gradient } = await compute(describeLoss({ gamma }), rows, targets);
      expect([...losses, ...gradient].every(Number.isFinite)).toBe(true);
      expect(losses.every((loss) => loss >= 0)).toBe(true);
    }
  });

  it('keeps its gradient where a clip is wrong with certainty', async () => {
    const [wrong, target] = [[[-40, 40]], [[1, 0]]];
    const { losses, gradient } = await compute(categoricalFocalCrossEntropy({ alpha: 1 }), wrong, target);
    expect(losses[0]).toBeCloseTo(80, 4);
    expect(gradient).toEqual([-1, 1]);
  });

  it('at gamma 0 is cross-entropy, times alpha', async () => {
    const focal = await compute(categoricalFocalCrossEntropy({ gamma: 0, alpha: 0.5 }), LOGITS, TARGETS);
    const plain = await compute(categoricalCrossEntropy(), LOGITS, TARGETS);
    focal.losses.forEach((loss, row) => expect(loss).toBeCloseTo(plain.losses[row]! / 2, 3));
    const binary = await compute(binaryFocalCrossEntropy({ gamma: 0 }), LOGITS, TARGETS);
    expectedLosses(0).forEach((expected, row) => expect(binary.losses[row]).toBeCloseTo(expected, 4));
  });

  it('has defaults, those of Keras, and refuses what is out of range', () => {
    const numbers = { alpha: 0.25, gamma: 2, labelSmoothing: 0 };
    expect(categoricalFocalCrossEntropy()).toEqual({ kind: 'categoricalFocalCrossEntropy', ...numbers });
    expect(binaryFocalCrossEntropy()).toEqual({
      ...{ kind: 'binaryFocalCrossEntropy', ...numbers, applyClassBalancing: false },
    });
    for (const describeLoss of describers) {
      expect(() => describeLoss({ gamma: -1 })).toThrow('gamma: expected a number of at least 0, got -1');
      expect(() => describeLoss({ alpha: 2 })).toThrow('alpha: expected a number from 0 to 1, got 2');
    }
  });
});

it('is chosen by the task', () => {
  expect(defaultLoss('single-label')).toEqual({ kind: 'categoricalCrossEntropy', labelSmoothing: 0 });
  expect(defaultLoss('multi-label', { labelSmoothing: 0.1 })).toEqual({
    kind: 'binaryCrossEntropy',
    labelSmoothing: 0.1,
  });
});

it.each([-0.1, 1, Number.NaN])('refuses a label smoothing of %d', (labelSmoothing) => {
  const range = `labelSmoothing: expected a number of at least 0 and below 1, got ${labelSmoothing}`;
  const all = [binaryCrossEntropy, categoricalCrossEntropy, binaryFocalCrossEntropy, categoricalFocalCrossEntropy];
  for (const describeLoss of all) {
    expect(() => describeLoss({ labelSmoothing })).toThrow(UsageError);
    expect(() => describeLoss({ labelSmoothing })).toThrow(range);
  }
});
