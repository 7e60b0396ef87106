import { multiLabel, singleLabel } from '../../../lib/base/task';
import type { ClassifiedClip } from '../../../lib/metrics/evaluation';
import type { EpochRecord, History } from '../../../lib/metrics/history/history';
import { clipStrip, type ClipStrip } from '../../../lib/report/clip-strip';
import { evaluationResults, type RunResults } from '../../../lib/report/results';
import { derive } from '../../../lib/base/random';
import { exampleHistory } from '../examples';

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `Class${String(i).padStart(3, '0')}`);

/** Clips of which some are wrong, the same ones each time. */
export function exampleClips(classes: number, clips: number): ClassifiedClip[] {
  const random = derive(1, 'report fixtures', classes);
  return Array.from({ length: clips }, (_, index) => {
    const truth = index % classes;
    const said = random.float() < 0.25 ? (truth + 1 + Math.floor(random.float() * 3)) % classes : truth;
    const sure = 0.4 + 0.6 * random.float();
    const probabilities = new Float32Array(classes).fill((1 - sure) / Math.max(1, classes - 1));
    probabilities[said] = sure;
    return { file: `${names(classes)[truth]}/clip ${index}.avi`, index, target: [truth], probabilities };
  });
}

const timed = (record: EpochRecord): EpochRecord => ({
  ...record,
  seconds: 12,
  learningRate: 1e-3 / record.epoch,
  timing: { decode: 6 / record.epoch, copy: 0.3, compute: 4, validation: 1 },
});

const environment: NonNullable<History['environment']> = {
  versions: { 'movinet-native': '0.1.0', tensorflow: '2.21.0', opencv: '4.6.0', ffmpeg: '5.1.6', node: '20.20.2' },
  ...{ system: 'Linux 6.1 x64', processor: 'Some processor, 2 of them', device: 'CPU (as asked)' },
  ...{ threads: '2 compute, 2 decode', precision: 'float32' },
  determinism: { seed: 7, repeats: ['which videos train', 'the numbers on this CPU'], varies: ['the time'] },
};

/** Frames of a clip: grey from black to white. */
export function exampleStrip(file: string): Promise<ClipStrip> {
  const [size, frames] = [16, 8];
  const pixels = Uint8Array.from({ length: frames * size * size * 3 }, (_, i) => {
    const y = Math.floor(i / (3 * size)) % size;
    return y < 2 || y > 13 ? 0 : Math.floor((255 * i) / (frames * size * size * 3));
  });
  return clipStrip({ file, pixels, size, frames });
}

/** A run with all that a page can show. */
export async function singleLabelRun(classes = 6, clips = 120, epochs = 8): Promise<RunResults> {
  const history = exampleHistory(epochs, names(classes));
  const evaluation = await evaluationResults({ clips: exampleClips(classes, clips) }, singleLabel(names(classes)));
  const strips = await Promise.all((evaluation.predictions ?? []).map(({ file }) => exampleStrip(file)));
  return {
    ...{ ...evaluation, strips, changed: ['model'] },
    history: {
      ...history,
      epochs: history.epochs.map(timed),
      validations: [
        { epoch: 1, step: 1, metrics: { val_loss: 2.3, val_accuracy: 0.2 } },
        { epoch: 2, step: 4, metrics: { val_loss: 1.5, val_accuracy: 0.55 } },
      ],
      ended: { kind: 'completed', why: `All ${epochs} epochs are done` },
      environment,
    },
  };
}

export async function multiLabelRun(): Promise<RunResults> {
  const random = derive(2, 'report fixtures');
  const classes = ['run', 'jump', 'swim', 'sing'];
  const clips = Array.from({ length: 40 }, (_, index) => ({
    ...{ file: `clip ${index}.avi`, index, target: classes.map((_, i) => i).filter((i) => (index >> i) % 2 === 1) },
    probabilities: Float32Array.from(classes, (_, i) => ((index >> i) % 2) * 0.5 + random.float() * 0.6 - 0.05),
  }));
  return { history: exampleHistory(3, classes), ...(await evaluationResults({ clips }, multiLabel(classes))) };
}

/** Ended by a signal, before any evaluation. */
export function interruptedRun(): RunResults {
  const { epochs, classes, metrics, config } = exampleHistory(1);
  const ended = { kind: 'interrupted' as const, why: 'Interrupted after 1 of 5 epochs' };
  return { history: { epochs, classes, metrics, config, ended } };
}
