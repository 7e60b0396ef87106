import type { MovinetModel } from '../../../model/movinet-model';
import { REPORT_FILES } from '../../../report/run-folder';
import { Trainer } from '../../../training/trainer';
import { stagesToTrain } from '../../../training/step/stages';
import { createOutput } from '../../program/results';
import { CHECKPOINTS, MODEL } from '../saved/earlier-run';
import { type Found, prepare, type Prepared, type RunContext } from '../prepare';
import { namedCallbacks } from '../run-callbacks';
import { RUN_FILE } from '../saved/saved-run';

const FLOAT_BYTES = 4;
const MIB = 2 ** 20;

/** Variables of a model, those that learn and all. */
interface Counted {
  readonly variables: number;
  readonly parameters: number;
  readonly bytes: number;
}

/** What `--dry-run` finds, as `--json` has it. */
export interface DryRun {
  readonly dryRun: true;
  readonly clips: Readonly<Record<'train' | 'validation' | 'test', number>>;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly learns: readonly (Counted & { readonly unfreeze: string; readonly epochs?: number })[];
  readonly model: Counted;
  readonly optimizer: unknown;
  readonly out: string;
  readonly files: readonly string[];
}

/** Checks all that a run would check, and tells what it would do; nothing is decoded or written, the caches of what is fetched aside. */
export async function dryRun(context: RunContext, found: Found): Promise<void> {
  const { options, monitor } = context;
  const prepared = await prepare(context, found);
  // Whatever a trainer refuses, it refuses when it is made.
  new Trainer({
    ...prepared.trainer,
    callbacks: [...(options.callbacks ?? []), ...namedCallbacks(options, monitor)],
  }).dispose();
  const told = describe(context, prepared);
  createOutput({ json: options.json }).result(told, textOf(told));
}

function describe({ options }: RunContext, { sources, length, model, plan, inputs }: Prepared): DryRun {
  const { epochs, perEpoch, steps } = length;
  const phases = plan.phases ?? [{ unfreeze: inputs.settings.unfreeze }];
  return {
    dryRun: true,
    clips: {
      train: sources.train.clipCount,
      validation: sources.validation?.clipCount ?? 0,
      test: sources.test.clipCount,
    },
    ...{ epochs, stepsPerEpoch: perEpoch, steps },
    learns: phases.map(({ unfreeze = 'head', epochs: lasts }) => ({
      ...{ unfreeze, ...count(model, unfreeze) },
      ...(lasts === undefined ? {} : { epochs: lasts }),
    })),
    model: count(model),
    optimizer: plan.optimizer,
    out: options.out ?? 'runs/<date and time>',
    files: [RUN_FILE, 'dataset.json', `${CHECKPOINTS}/`, `${MODEL}/`, ...REPORT_FILES],
  };
}

/** `unfreeze`: only what learns then; moving statistics never do. */
function count(model: MovinetModel, unfreeze?: string): Counted {
  const { architecture } = model;
  const learns = unfreeze === undefined ? () => true : stagesToTrain(architecture, unfreeze);
  const counted = architecture.parameters.filter(
    ({ stage, trainable }) => learns(stage) && (unfreeze === undefined || trainable),
  );
  const parameters = counted.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return { variables: counted.length, parameters, bytes: parameters * FLOAT_BYTES };
}

const sizeOf = ({ variables, parameters, bytes }: Counted): string =>
  `${variables} variables, ${parameters.toLocaleString('en')} numbers, ${(bytes / MIB).toFixed(1)} MiB`;

function textOf({ clips, epochs, stepsPerEpoch, steps, learns, model, optimizer, out, files }: DryRun): string {
  const whole = steps < epochs * stepsPerEpoch ? `, ended after ${steps}` : `, ${steps} in all`;
  return [
    `Clips: ${clips.train} to train on, ${clips.validation} for validation, ${clips.test} to test`,
    `Steps: ${epochs} epochs of ${stepsPerEpoch}${whole}`,
    `Model: ${sizeOf(model)}`,
    ...learns.map(
      (phase) =>
        `Learns (${phase.unfreeze}${phase.epochs === undefined ? '' : `, the first ${phase.epochs} epochs`}): ${sizeOf(phase)}`,
    ),
    `Optimizer: ${JSON.stringify(optimizer)}`,
    `Would be written into ${out}: ${files.join(', ')}`,
    'A dry run: nothing was trained or written',
  ].join('\n');
}
