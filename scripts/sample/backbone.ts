import { Command } from 'commander';
import { MotionClipSource } from './motion-source';
import { PRETRAINING_MOTIONS } from '../../lib/sample/motions';
import { derive } from '../../lib/base/random';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel } from '../../lib/model/movinet-model';
import { isHead } from '../../lib/movinet/architecture';
import { initialWeights } from '../../lib/movinet/initialize';
import { loadAddon } from '../../lib/native/addon';
import { chooseDevice } from '../../lib/runtime/device';
import { categoricalCrossEntropy } from '../../lib/learning/loss';
import { adam } from '../../lib/learning/optimizer';
import { cosineDecay } from '../../lib/learning/schedule';
import { Trainer } from '../../lib/training/trainer';
import { writeCheckpoint } from '../../lib/formats/write-checkpoint';
import { throwUsageErrors } from '../../lib/cli/program/failure';
import { createProgress } from '../../lib/cli/terminal/progress';
import { trainerProgress } from '../../lib/cli/terminal/trainer-progress';

/** The recipe of `lib/sample/backbone`: all of A0 base from nothing, on motions that the sample does not have. */
const RECIPE = {
  epochs: 130,
  clipsPerMotion: 20,
  batchSize: 16,
  frames: 8,
  size: 64,
  learningRate: 2e-3,
  warmupSteps: 100,
  labelSmoothing: 0.1,
  /** Blocks take part from the first step; at the official 0 nothing is learned for long. */
  reZero: 1,
  validationClipsPerMotion: 5,
};

/** `npm run sample:backbone`: trains the embedded sample's backbone and writes it as an official checkpoint. */
export async function sampleBackbone(argv: readonly string[]): Promise<void> {
  const program = throwUsageErrors(new Command('sample:backbone'))
    .description("Trains the embedded sample's backbone from nothing (about 50 minutes on two cores).")
    .option('--out <prefix>', 'checkpoint to write', 'lib/sample/backbone/ckpt')
    .option('--epochs <n>', 'epochs, for a trial', Number, RECIPE.epochs)
    .option('--seed <n>', 'seed of weights and clips', Number, 0)
    .option('--device <device>', 'auto, cpu, gpu or gpu:N', 'auto')
    .option('--verbose', 'show stack traces')
    .parse([...argv], { from: 'user' });
  const { out, epochs, seed, device } = program.opts<{ out: string; epochs: number; seed: number; device: string }>();
  const addon = loadAddon();
  const { config } = await chooseDevice(addon, device);

  const source = (fresh: boolean, clipsPerMotion: number, sourceSeed: number) =>
    new MotionClipSource({
      ...RECIPE,
      motions: PRETRAINING_MOTIONS,
      clipsPerMotion,
      seed: sourceSeed,
      fresh,
      allocateTensor: (shape) => addon.createTensor('float32', shape),
    });
  const train = source(true, RECIPE.clipsPerMotion, seed);
  const validation = source(false, RECIPE.validationClipsPerMotion, seed + 1);

  const id = 'a0-base';
  const overrides = { fusedBatchNorm: true };
  const weights = initialWeights(architectureOf(id, train.task.classes.length, overrides), {
    uniform: (path) => {
      const random = derive(seed, 'weights', path);
      return () => random.float();
    },
    reZero: RECIPE.reZero,
  });
  const clip = { size: RECIPE.size, frames: RECIPE.frames, every: { frames: 1 }, short: 'zero' as const };
  const steps = epochs * Math.ceil(train.clipCount / RECIPE.batchSize);
  using trainer = new Trainer({
    addon,
    model: createModel({ id, task: train.task, clip, overrides }, weights),
    unfreeze: 'all',
    batchNorm: 'train',
    optimizer: adam({
      learningRate: cosineDecay({
        initial: RECIPE.learningRate,
        steps,
        warmupSteps: Math.min(RECIPE.warmupSteps, steps),
      }),
    }),
    loss: categoricalCrossEntropy({ labelSmoothing: RECIPE.labelSmoothing }),
    session: config,
    seed,
    callbacks: [trainerProgress(createProgress())],
  });
  await trainer.fit(train, { epochs, validation });
  const { architecture, weights: learned } = trainer.model;
  await writeCheckpoint(addon, out, architecture, learned, (parameter) => !isHead(parameter));
  process.stdout.write(`The backbone is in ${out}.index and ${out}.data-00000-of-00001\n`);
}
