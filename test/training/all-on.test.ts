import { singleLabel } from '../../lib/base/task';
import { adamW } from '../../lib/learning/optimizer';
import { clipByGlobalNorm } from '../../lib/learning/gradient-transform';
import { cosineDecay, warmUp } from '../../lib/learning/schedule';
import { exponentialMovingAverage } from '../../lib/learning/weight-average';
import { seededUniform } from '../../lib/model/classifier';
import { createModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { initialWeights } from '../../lib/movinet/initialize';
import type { Callback } from '../../lib/training/callback';
import { reduceOnPlateau } from '../../lib/training/callbacks/reduce-on-plateau';
import { runStateSchema, type RunState, type Snapshot } from '../../lib/training/run-state';
import { Trainer } from '../../lib/training/trainer';
import type { TrainerOptions } from '../../lib/training/trainer-options';
import { addon, BrightnessSource, CLIP } from './support/brightness';
import { PlannedBrightness } from './support/planned-brightness';
import { comparable } from './support/snapshots';

const model = createModel(
  { id: 't0-base', task: singleLabel(['dark', 'bright']), clip: CLIP, overrides: { dropoutRate: 0.3 } },
  initialWeights(architectureOf('t0-base', 2), { uniform: seededUniform(1), reZero: 1 }),
);

/** Steps of an epoch: five batches, two a step. */
const STEPS = 3;

const optimizer = (steps: number) =>
  adamW({
    learningRate: warmUp({ steps: 2, from: 1e-4, then: cosineDecay({ initial: 1e-2, steps }) }),
    weightDecay: 0.01,
  });

/** A model that drops features at random, clips with weights of their own, and all that a trainer can be given beside. */
const OPTIONS = {
  ...{ model, addon, seed: 5, accumulate: 2 },
  phases: [
    { epochs: 2, unfreeze: 'head', optimizer: optimizer(2 * STEPS) },
    { epochs: 2, unfreeze: 'projection', stageRates: 0.5, optimizer: optimizer(2 * STEPS) },
  ],
  gradientTransforms: [clipByGlobalNorm({ norm: 0.05 })],
  weightAverage: exponentialMovingAverage({ momentum: 0.7 }),
  classWeights: { dark: 2, bright: 0.5 },
} satisfies TrainerOptions;

/** The loss never gets better by so much. */
const plateau = () => reduceOnPlateau({ monitor: 'val_loss', patience: 1, factor: 0.5, minDelta: 100 });

const throughJson = ({ state, variables }: Snapshot): Snapshot => ({
  state: runStateSchema.parse(JSON.parse(JSON.stringify(state))),
  variables,
});

const collector = (into: Snapshot[]): Callback => ({
  name: 'collector',
  onBatchEnd: (_, run) => run?.control.save(),
  onValidation: (_, run) => run.control.save(),
  onEpochEnd: (_, run) => run.control.save(),
  onSave: (snapshot) => void into.push(throughJson(snapshot)),
});

const source = () => new PlannedBrightness([3]);
/** In the middle of the last epoch. */
const MAX_STEPS = 4 * STEPS - 1;
const fitting = () => ({ validation: new BrightnessSource(), validateEvery: 2, maxSteps: MAX_STEPS });

const snapshots: Snapshot[] = [];
let straight: Snapshot;

beforeAll(async () => {
  using trainer = new Trainer({ ...OPTIONS, callbacks: [plateau(), collector(snapshots)] });
  await trainer.fit(source(), fitting());
  straight = await trainer.snapshot();
});

it('has all of it in one run', () => {
  const { state, variables } = straight;
  expect(state).toMatchObject({ epoch: 3, batch: 4, step: MAX_STEPS, phase: { index: 1, firstStep: 2 * STEPS } });
  expect(state.validations.map(({ step }) => step)).toEqual([2, 4, 8, 10]);
  expect(state.program.rateScale).toBe(0.5);
  for (const kind of ['average', 'm', 'v'])
    expect(variables.paths().filter((path) => path.endsWith(`/${kind}`)).length).toBeGreaterThan(2);
});

it.each<[string, (state: RunState) => boolean]>([
  ['within the first step', ({ step, program }) => step === 0 && program.pending.batches === 1],
  ['before the short step at the end of an epoch', ({ step, batch }) => step === 2 && batch === 5],
  ['after a validation within an epoch', ({ step, validations }) => step === 4 && validations.at(-1)?.step === 4],
  ['between two phases', ({ epoch, batch, step }) => epoch === 2 && batch === 0 && step === 2 * STEPS],
  ['after a plateau, within a step', ({ program }) => program.rateScale < 1 && program.pending.batches === 1],
])('goes on in another trainer to the last bit: %s', async (_, wanted) => {
  const snapshot = snapshots.find(({ state }) => wanted(state)) as Snapshot;
  using trainer = new Trainer({ ...OPTIONS, callbacks: [plateau(), collector([])] });
  await trainer.restore(snapshot);
  expect(comparable(await trainer.snapshot())).toEqual(comparable(snapshot));
  await trainer.fit(source(), fitting());
  expect(comparable(await trainer.snapshot())).toEqual(comparable(straight));
});
