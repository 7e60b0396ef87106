import fc from 'fast-check';
import { settingsFrom, TUTORIAL_SETTINGS } from '../../../../lib/cli/train/inputs';
import { learningPlan, runLength } from '../../../../lib/cli/train/learning/plan';
import { parseTrainOptions } from '../../../../lib/cli/train/options';
import { optimizers } from '../../../../lib/learning/optimizer';
import { tinyModel } from '../../../training/support/brightness';

const BATCHES = 10;

function planOf(...argv: string[]) {
  const options = parseTrainOptions(argv);
  const settings = settingsFrom(TUTORIAL_SETTINGS, options);
  return learningPlan(options, settings, runLength(BATCHES, settings.epochs, options), tinyModel());
}

const rates = (plan: ReturnType<typeof planOf>, ...steps: number[]): number[] => {
  const { learningRate } = optimizers.build(plan.optimizer);
  return steps.map((step) => learningRate.at(step));
};

it('is the tutorial’s where nobody says otherwise', () => {
  expect(planOf()).toEqual({
    optimizer: {
      ...{ kind: 'adam', learningRate: { kind: 'constant', rate: 0.001 } },
      ...optionsOf('adam', ['beta1', 'beta2', 'epsilon']),
    },
  });
});

it('takes the rate of the kind that is named, or the one that is given', () => {
  expect(rates(planOf('--optimizer', 'sgd'), 0)).toEqual([0.01]);
  expect(rates(planOf('--optimizer', 'sgd', '--learning-rate', '0.3'), 0)).toEqual([0.3]);
  expect(rates(planOf('--optimizer', '{"kind":"sgd","momentum":0.9,"learningRate":0.2}'), 0)).toEqual([0.2]);
});

it('ends a cosine with the run, however long that is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 7 }), (epochs, accumulate) => {
      const plan = planOf('--epochs', `${epochs}`, '--accumulate', `${accumulate}`, '--schedule', 'cosine');
      const steps = epochs * Math.ceil(BATCHES / accumulate);
      expect(optimizers.build(plan.optimizer).learningRate.steps).toBe(steps);
      expect(rates(plan, steps)[0]).toBeCloseTo(0, 12);
    }),
    { numRuns: 30 },
  );
});

it('takes a limit of steps for the end of the run', () => {
  const plan = planOf('--epochs', '5', '--max-steps', '20', '--schedule', 'cosine');
  expect(optimizers.build(plan.optimizer).learningRate.steps).toBe(20);
});

it('completes a description with rate and steps, and leaves what it has', () => {
  expect(planOf('--schedule', '{"kind":"cosineDecay","alpha":0.1}').optimizer['learningRate']).toMatchObject({
    ...{ initial: 0.001, steps: 20, alpha: 0.1 },
  });
  expect(planOf('--schedule', '{"kind":"cosineDecay","steps":5}').optimizer['learningRate']).toMatchObject({
    ...{ initial: 0.001, steps: 5 },
  });
});

it.each([
  [
    ['--schedule', '{"kind":"cosineDecay","initial":0.1,"steps":21}'],
    'The schedule of the learning rate takes 21 steps, but there are 20 to learn in, 10 in an epoch',
  ],
  [
    ['--optimizer', '{"kind":"sgd","learningRate":{"kind":"cosineDecay","initial":0.1,"steps":500}}'],
    'The schedule of the learning rate takes 500 steps, but there are 20 to learn in',
  ],
  [['--warmup-steps', '20'], '--warmup-steps: the learning rate would rise for 20 steps of 20'],
  [['--warmup-epochs', '2'], '--warmup-epochs: the learning rate would rise for 20 steps of 20'],
])('refuses %j', (argv, message) => {
  expect(() => planOf(...argv)).toThrow(message);
});

it('does not measure a fast development run by a schedule that was made for a whole one', () => {
  expect(() => planOf('--fast-dev-run', '--schedule', '{"kind":"cosineDecay","steps":500}')).not.toThrow();
});

describe('with epochs for the head alone', () => {
  const phasesOf = (...argv: string[]) => {
    const { phases = [] } = planOf('--frozen-epochs', '2', '--unfreeze', 'block4', ...argv);
    return phases.map(({ optimizer, ...phase }) => {
      const { learningRate } = optimizers.build(optimizer);
      return {
        ...phase,
        steps: learningRate.steps,
        highest: Math.max(...range(60).map((step) => learningRate.at(step))),
      };
    });
  };

  it('has the phases of fineTune, of which the last goes on', () => {
    const [head, whole, ...more] = phasesOf('--epochs', '5');
    expect(more).toEqual([]);
    expect(head).toMatchObject({ epochs: 2, unfreeze: 'head', highest: 0.001 });
    expect(whole).toMatchObject({ unfreeze: 'block4', steps: 30, highest: 0.0005 });
    expect(whole).not.toHaveProperty('epochs');
  });

  it('takes the schedule and the rates of stages that are given in place of its own', () => {
    const given = ['--epochs', '5', '--schedule', 'cosine', '--stage-rates', '0.5'];
    expect(phasesOf(...given)).toMatchObject([{ steps: 20 }, { steps: 30, stageRates: 0.5 }]);
  });

  it('adds stages from epoch to epoch', () => {
    const phases = phasesOf('--epochs', '6', '--stages-per-epoch', '1');
    expect(phases.map(({ unfreeze }) => unfreeze)).toEqual(['head', 'projection', 'block4']);
  });
});

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Defaults that are the kind's own business. */
function optionsOf(kind: string, names: readonly string[]): Record<string, unknown> {
  const all = optimizers.check({ kind });
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name) || name.startsWith('weight')));
}
