import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Described } from '../../../base/described';
import { UsageError } from '../../../base/errors';
import { losses } from '../../../learning/loss';
import { flagOf } from '../../options/option';
import { statesRate } from '../learning/schedule';

type Given = Readonly<Record<string, unknown>>;

const EXCLUSIVE = [
  ['resume', 'overwrite'],
  ['loss', 'labelSmoothing'],
  ['warmupSteps', 'warmupEpochs'],
  ['clipNorm', 'clipGlobalNorm'],
  ['clipNorm', 'clipValue'],
  ['clipGlobalNorm', 'clipValue'],
  // Neither changes the clips: they are to be the same each time.
  ['overfit', 'augment'],
  ['overfit', 'sampling'],
  ['overfit', 'fastDevRun'],
  ['findLearningRate', 'resume'],
  ['findLearningRate', 'overwrite'],
  ['findLearningRate', 'dryRun'],
  ['findLearningRate', 'overfit'],
  ['findLearningRate', 'fastDevRun'],
] as const;

/** What says how a rate goes on, beside an optimizer or a schedule that says it. */
const OF_THE_RATE = {
  optimizer: ['learningRate', 'schedule', 'warmupSteps', 'warmupEpochs'],
  schedule: ['learningRate'],
} as const;

const isGiven = (options: Given, name: string): boolean => options[name] !== undefined && options[name] !== false;

/** Throws {@link UsageError} for two options that exclude one another, of what the command line alone gives too. */
export function checkTogether(options: Given): void {
  for (const [one, other] of EXCLUSIVE)
    if (isGiven(options, one) && isGiven(options, other))
      throw new UsageError(`${flagOf(one)} and ${flagOf(other)} exclude one another: leave one of them out`);
  for (const [name, others] of Object.entries(OF_THE_RATE)) {
    if (!statesRate(options[name])) continue;
    const other = others.find((one) => isGiven(options, one));
    if (other !== undefined)
      throw new UsageError(
        `${flagOf(name)} says the learning rate itself, so it and ${flagOf(other)} exclude one another: leave one of them out`,
      );
  }
}

interface Whole {
  readonly validation: boolean;
  readonly validateEvery?: number;
  readonly fastDevRun: boolean;
  readonly unfreeze?: string;
  readonly frozenEpochs?: number;
  readonly stagesPerEpoch?: number;
  readonly epochs?: number;
  readonly loss?: Described<'loss'>;
  readonly augment?: readonly Described<'augmentation'>[];
  readonly csvLog?: string;
  readonly jsonLog?: string;
  readonly tensorboard?: string;
}

/** Throws {@link UsageError} for what makes no sense once all that holds is known, defaults aside. */
export function checkWhole(options: Whole): void {
  const { validation, validateEvery, frozenEpochs, stagesPerEpoch, epochs, unfreeze } = options;
  if (stagesPerEpoch !== undefined && frozenEpochs === undefined)
    throw new UsageError('--stages-per-epoch goes with --frozen-epochs: say for how many the head learns alone');
  if (!validation && validateEvery !== undefined)
    throw new UsageError('--validate-every has nothing to do with --no-validation: leave one of them out');
  if (frozenEpochs !== undefined && unfreeze === 'head')
    throw new UsageError('--frozen-epochs is for what learns after the head: name it with --unfreeze, or leave it out');
  if (frozenEpochs !== undefined && epochs !== undefined && !options.fastDevRun) checkFrozen(frozenEpochs, epochs);
  checkMixed(options);
  checkPlace('csvLog', options.csvLog, 'file');
  checkPlace('jsonLog', options.jsonLog, 'file');
  checkPlace('tensorboard', options.tensorboard, 'folder');
  checkPlacesDiffer(options);
}

/** Throws {@link UsageError} where no epoch is left for more than the head. */
export function checkFrozen(frozenEpochs: number, epochs: number): void {
  if (frozenEpochs >= epochs)
    throw new UsageError(
      `--frozen-epochs ${frozenEpochs} leaves none of ${epochs} epochs for more than the head: take fewer, or more --epochs`,
    );
}

/** Augmentations that make clips of two classes. */
const MIXING = ['mixUp', 'cutMix'];

function checkMixed({ loss, augment = [] }: Whole): void {
  const mixing = augment.find(({ kind }) => MIXING.includes(kind));
  if (mixing === undefined || loss === undefined || losses.build(loss).mixedTargets !== false) return;
  throw new UsageError(
    `--augment mixes clips of two classes (${mixing.kind}), which the loss ${loss.kind} does not take: leave one of them out`,
  );
}

const LOGS = ['csvLog', 'jsonLog', 'tensorboard'] as const;

function checkPlacesDiffer(options: Whole): void {
  const places = LOGS.flatMap((name) => (options[name] === undefined ? [] : [{ name, path: resolve(options[name]) }]));
  places.forEach(({ name, path }, i) => {
    const other = places.slice(0, i).find((earlier) => earlier.path === path);
    if (other !== undefined)
      throw new UsageError(`${flagOf(other.name)} and ${flagOf(name)} are both ${path}: give each a place of its own`);
  });
}

function checkPlace(name: string, path: string | undefined, wanted: 'file' | 'folder'): void {
  if (path === undefined) return;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory() === (wanted === 'folder')) return;
  const is = found.isDirectory() ? 'a folder' : 'a file';
  throw new UsageError(`${flagOf(name)}: ${path} is ${is}, expected a ${wanted}`);
}
