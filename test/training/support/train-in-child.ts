/**
 * Run as a process of its own, to be killed in the middle: trains on the videos in `argv[2]` to the end, going on from the last checkpoint in `argv[3]`, and tells
 * each thing that it does by a line; the last one is what must not depend on where it was killed.
 */
import { derive } from '../../../lib/base/random';
import { colourJitter, horizontalFlip, mixUp, randomResizedCrop } from '../../../lib/data/augmentation/augmentations';
import { loadVideoDataset } from '../../../lib/data/load-video-dataset';
import { adam } from '../../../lib/learning/optimizer';
import { cosineDecay } from '../../../lib/learning/schedule';
import { createModel } from '../../../lib/model/movinet-model';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
import { loadAddon } from '../../../lib/native/addon';
import type { Callback } from '../../../lib/training/callback';
import { checkpoints } from '../../../lib/training/callbacks/checkpoints';
import { earlyStopping } from '../../../lib/training/callbacks/early-stopping';
import { RunStore } from '../../../lib/training/store/run-store';
import { Trainer } from '../../../lib/training/trainer';
import { VIDEO_CLIP } from './motion-videos';
import { comparable } from './snapshots';

const EPOCHS = 3;
const BATCHES = 5;
const [, , videos = '', folder = ''] = process.argv;

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

/** Stands behind the one that saves: what it is told of is on the disk. */
const teller: Callback = {
  name: 'teller',
  onTrainBegin: () => tell('begun'),
  onBatchEnd: ({ phase, batch }) => tell(`${phase} ${batch}`),
  onEpochEnd: ({ epoch }) => tell(`epoch ${epoch}`),
  onSave: ({ state }) => tell(`saved ${state.step}`),
};

async function main(): Promise<void> {
  const addon = loadAddon();
  const data = await loadVideoDataset(videos, {
    ...{ ...VIDEO_CLIP, batchSize: 4, seed: 3, decodeThreads: 2, addon },
    augment: [randomResizedCrop({}), horizontalFlip({}), colourJitter({}), mixUp({})],
  });
  const model = createModel(
    {
      ...{ id: 't0-base', task: data.task, clip: data.train.clip },
      overrides: { dropoutRate: 0.3, stochasticDepthDropRate: 0.2, weightDecay: 1e-4 },
    },
    initialWeights(architectureOf('t0-base', data.classes.length), {
      uniform: (path) => {
        const random = derive(3, path);
        return () => random.float();
      },
      reZero: 1,
    }),
  );
  using trainer = new Trainer({
    ...{ model, addon, seed: 5, unfreeze: 'block4' },
    optimizer: adam({ learningRate: cosineDecay({ initial: 1e-3, steps: EPOCHS * BATCHES, warmupSteps: 4 }) }),
    callbacks: [earlyStopping({ monitor: 'val_loss', patience: 9 }), checkpoints({ folder, everySteps: 1 }), teller],
  });
  const last = await new RunStore(folder, { addon }).latest();
  if (last !== undefined) {
    tell(`read ${last.snapshot.state.step} ${last.passedOver.length}`);
    await trainer.restore(last.snapshot);
  } else tell('read 0 0');
  await trainer.fit(data.train, { untilEpoch: EPOCHS, validation: data.validation });
  tell(`done ${JSON.stringify(comparable(await trainer.snapshot()))}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
