import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Callback, PhaseInfo } from '../../../lib/training/callback';
import { callbacks } from '../../../lib/training/callbacks/registry';
import { tensorBoard } from '../../../lib/training/logs/tensor-board';
import { suiteFolder } from '../../support/suite-folder';
import { LoggedRun } from '../support/logged-run';
import { readEvents, type TensorBoardEvents } from '../support/read-events';

const { path: folder } = suiteFolder();
const write = (name: string, everySteps = 2): Callback =>
  callbacks.build(tensorBoard({ folder: join(folder, name), everySteps }));

const config = { optimizer: { kind: 'adam', learningRate: 0.001, schedule: null }, seed: 7, flip: true };
const validation: PhaseInfo = { phase: 'validation', epoch: 1, batches: 1, totalClips: 6 };
const matrix = {
  classes: ['cat', 'dog'],
  counts: [
    [3, 1],
    [0, 2],
  ],
};

/** A run that logs two epochs, and on from the first one as if it had been killed after the second. */
async function killedRun(name: string): Promise<void> {
  const log = write(name);
  const run = new LoggedRun([log], { config });
  await run.begin();
  await run.act('step');
  await run.act('step');
  await run.act('validate');
  await run.takeSteps(2);
  const details = { confusion_matrix: { confusionMatrix: matrix }, notes: { confusionMatrix: { counts: 'none' } } };
  await log.onPhaseEnd?.({ ...validation, batch: 1, clips: 6, metrics: {}, details });
  await run.epoch({ loss: 0.5, val_loss: 0.25 });
  const { state } = run;
  await run.epoch({ loss: 9, val_loss: 9 });
  const second = new LoggedRun([write(name)], state);
  await second.begin();
  await second.takeSteps(3);
  await second.epoch({ loss: 0.125, val_loss: 0.0625 });
  await second.end();
}

const EXPECTED: TensorBoardEvents['runs'] = {
  killed: {
    scalars: {},
    texts: { configuration: [[0, JSON.stringify(config, null, 2).replaceAll(/^/gm, '    ')]] },
    images: {},
  },
  'killed/train': {
    scalars: {
      batch_loss: [2, 4, 6, 8].map((step) => [step, 1]),
      epoch: [
        [4, 1],
        [8, 2],
      ],
      epoch_loss: [
        [4, 0.5],
        [8, 0.125],
      ],
      epoch_seconds: [
        [4, 1],
        [8, 1],
      ],
    },
    texts: {},
    images: {},
  },
  'killed/validation': {
    scalars: {
      epoch_loss: [
        [4, 0.25],
        [8, 0.0625],
      ],
      evaluation_accuracy_vs_iterations: [[2, 0.25]],
      evaluation_loss_vs_iterations: [
        [2, Math.fround(2 / 3)],
        [4, 0.25],
        [8, 0.0625],
      ],
    },
    texts: {},
    images: { confusion_matrix: [[4, expect.any(Number), expect.any(Number), expect.any(Number)]] },
  },
};

it('writes curves, pictures and configuration; what a killed run had after its state is set aside', async () => {
  await killedRun('killed');
  const { runs } = readEvents(folder, 'killed');
  expect(runs).toEqual(EXPECTED);
});

it('tells what a run was set to, and how it ended, once', async () => {
  await killedRun('session');
  const { sessions } = readEvents(folder, 'session');
  expect(sessions).toEqual([
    {
      name: 'session',
      status: 'success',
      hparams: {
        'optimizer.kind': 'adam',
        'optimizer.learningRate': 0.001,
        'optimizer.schedule': 'null',
        ...{ seed: 7, flip: true },
      },
    },
  ]);
  expect(readdirSync(join(folder, 'session')).filter((name) => name.includes('tfevents'))).toHaveLength(1);
});

it('says that a run has failed, and is silent of one that goes on', async () => {
  const run = new LoggedRun([write('failed')], { config });
  await run.begin();
  expect(readEvents(folder, 'failed').sessions[0]?.status).toBe('unknown');
  await run.end({ kind: 'failed', error: new Error('no') });
  expect(readEvents(folder, 'failed').sessions[0]?.status).toBe('failure');
});

it('of a new run sets aside all that is in its folder', async () => {
  await killedRun('anew');
  const run = new LoggedRun([write('anew')]);
  await run.begin();
  await run.epoch({ loss: 1 });
  const { runs } = readEvents(folder, 'anew');
  expect(runs['anew/train']?.scalars['epoch_loss']).toEqual([[4, 1]]);
  expect(runs['anew/validation']?.scalars['epoch_loss'] ?? []).toEqual([]);
});

it('refuses a folder that is a file, before anything is trained', async () => {
  writeFileSync(join(folder, 'file'), '');
  const log = write('file');
  expect(log.critical).toBe(true);
  await expect(new LoggedRun([log]).begin()).rejects.toThrow(
    /^TensorBoard's folder .*file is to be a folder, and there is a file of that name: name another folder$/,
  );
  mkdirSync(join(folder, 'open'));
  const other = write('open');
  await new LoggedRun([other]).begin();
  expect(other.critical).toBe(false);
});

/** With `tensorboard` in it, such as of scripts/python/requirements.txt. */
const python = process.env['MOVINET_PYTHON'];

(python === undefined ? it.skip : it)('is read by the tensorboard package as here', async () => {
  await killedRun('killed');
  const script = join(__dirname, '../../../scripts/python/read_events.py');
  const text = execFileSync(python as string, [script, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { runs, sessions } = JSON.parse(text) as TensorBoardEvents;
  const of = (prefix: string) => Object.entries(runs).filter(([name]) => name.startsWith(prefix));
  expect(Object.fromEntries(of('killed'))).toEqual(EXPECTED);
  expect(sessions.find(({ name }) => name === 'killed')).toMatchObject(
    readEvents(folder, 'killed').sessions[0] as object,
  );
});
