import { existsSync, readdirSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { DivergedError, OutputError, UsageError } from '../../../lib/base/errors';
import type { Callback, Ending } from '../../../lib/training/callback';
import { checkpoints } from '../../../lib/training/callbacks/checkpoints';
import { earlyStopping } from '../../../lib/training/callbacks/early-stopping';
import { callbacks } from '../../../lib/training/callbacks/registry';
import type { RunState } from '../../../lib/training/run-state';
import { RunStore } from '../../../lib/training/store/run-store';
import { temporaryFolder } from '../../io/support/temporary-folder';
import { FakeRun } from '../support/fake-run';
import { contentOf } from '../support/snapshots';

const root = temporaryFolder();
const folder = (): string => join(root(), 'run', 'checkpoints');
const runs: FakeRun[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const run of runs.splice(0)) await run.end({ kind: 'failed', error: new DivergedError('loss', { files: [] }) });
});

type Options = Parameters<typeof checkpoints>[0];

async function begun(
  options: Partial<Options> = {},
  state: Partial<RunState> = {},
  more: Callback[] = [],
): Promise<FakeRun> {
  const callback = callbacks.build(checkpoints({ folder: folder(), ...options }));
  const run = new FakeRun([callback, ...more], state);
  runs.push(run);
  await run.begin();
  return run;
}

const steps = async (): Promise<number[]> => (await new RunStore(folder()).list()).map(({ step }) => step);

it('saves each epoch, and keeps the last three', async () => {
  const run = await begun();
  for (let epoch = 1; epoch <= 5; epoch++) await run.epoch();
  expect(await steps()).toEqual([12, 16, 20]);
  const { snapshot } = await new RunStore(folder()).load();
  expect(contentOf(snapshot)).toEqual(contentOf(await run.snapshot()));
  expect(snapshot.state.history).toHaveLength(5);
});

it('saves every few steps, and the end of an epoch beside its last step', async () => {
  const run = await begun({ everySteps: 2, keep: 10 });
  await run.epoch();
  await run.takeSteps();
  expect(await steps()).toEqual([2, 4]);
  expect(run.saves).toBe(3);
  expect((await new RunStore(folder()).load()).snapshot.state).toMatchObject({ step: 4, epoch: 1, batch: 0 });
  await run.takeSteps();
  expect(await steps()).toEqual([2, 4, 6]);
});

it('saves every few minutes, since it last did', async () => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const run = await begun({ everyMinutes: 2 });
  const minutes = async (count: number): Promise<number> => {
    now += count * 60_000;
    await run.takeSteps();
    return run.saves;
  };
  expect([await minutes(1.9), await minutes(0.1), await minutes(1.9)]).toEqual([0, 1, 1]);
  await run.epoch();
  expect([await minutes(1.9), await minutes(0.2)]).toEqual([2, 3]);
});

it('looks at training only', async () => {
  const run = await begun({ everySteps: 1 });
  const logs = { phase: 'validation', epoch: 1, batches: 1, totalClips: 1, batch: 1, clips: 1, metrics: {} } as const;
  const callback = callbacks.build(checkpoints({ folder: folder(), everySteps: 1 }));
  await callback.onBatchEnd!(logs, run);
  await callback.onBatchEnd!({ ...logs, phase: 'train' });
  expect(run.saves).toBe(0);
});

it.each<[string, Ending, number[]]>([
  ['complete', { kind: 'completed' }, [4, 5]],
  ['stopped', { kind: 'stopped', why: 'enough' }, [4, 5]],
  ['aborted', { kind: 'aborted', error: new Error('Ctrl-C') }, [4, 5]],
  ['failed', { kind: 'failed', error: new Error('out of memory') }, [4, 5]],
  ['diverged', { kind: 'failed', error: new DivergedError('loss', { step: 5, files: [] }) }, [4]],
])('ends with a checkpoint where the run is %s; then others may write there', async (_, ending, expected) => {
  const run = await begun();
  await run.epoch();
  await run.takeSteps();
  await run.end(ending);
  expect(await steps()).toEqual(expected);
  expect(existsSync(join(folder(), '.lock'))).toBe(false);
});

it('saves nothing twice', async () => {
  const run = await begun();
  await run.epoch();
  await run.end();
  expect(run.saves).toBe(1);
  expect(existsSync(join(folder(), '.lock'))).toBe(false);
});

it('goes on with the same trainer, and with another one that was restored', async () => {
  const run = await begun();
  await run.epoch();
  await run.end();
  await run.begin();
  await run.epoch();
  await run.takeSteps();
  await run.end();
  const { snapshot } = await new RunStore(folder()).load();
  const other = await begun({}, snapshot.state);
  await other.epoch();
  expect(await steps()).toEqual([8, 9, 12]);
});

it('refuses to mix with the checkpoints of another run, and leaves them', async () => {
  const run = await begun();
  await run.epoch();
  await run.end();
  const message = `The folder ${folder()} holds checkpoints of another run, the last step-00000004: go on from that one, or use another folder`;
  for (const other of [{ step: 0 }, { step: 3 }, { step: 4, config: { kind: 'test', seed: 1 } }]) {
    await expect(begun({}, other)).rejects.toThrow(new OutputError(message));
    // A trainer tells of the end whatever the beginning was.
    const refused = runs.pop()!;
    await refused.end({ kind: 'failed', error: new OutputError(message) });
    expect(refused.saves).toBe(0);
  }
  expect(readdirSync(folder())).toEqual(['step-00000004']);
});

it('refuses a folder that another run is writing to', async () => {
  await begun();
  await expect(begun()).rejects.toThrow(/is in use by process/);
  runs.pop();
});

it('ends the run where it cannot write, and does not try again at its end', async () => {
  const run = await begun();
  await run.epoch();
  const mkdtemp = jest.spyOn(fs, 'mkdtemp').mockRejectedValue(Object.assign(new Error('full'), { code: 'ENOSPC' }));
  const failure = run.epoch();
  await expect(failure).rejects.toThrow(/^The checkpoint cannot be saved to .*: the disk is full; free some space/);
  await run.end({ kind: 'failed', error: await failure.catch((error: unknown) => error) });
  expect(mkdtemp).toHaveBeenCalledTimes(1);
  expect(await steps()).toEqual([4]);
  expect(existsSync(join(folder(), '.lock'))).toBe(false);
  expect(callbacks.build(checkpoints({ folder: folder() })).critical).toBe(true);
});

it('has in each checkpoint what early stopping holds the best for', async () => {
  const stopping = callbacks.build(earlyStopping({ patience: 3 }));
  const run = await begun({}, {}, [stopping]);
  await run.epoch({ val_loss: 1 });
  await run.epoch({ val_loss: 2 });
  const { variables } = (await new RunStore(folder()).load()).snapshot;
  const kernel = (name: string) => variables.get({ path: name, shape: [2, 3] }).data[0];
  expect(kernel('head/kernel')).toBe(8);
  expect(kernel('.callbacks/earlyStopping(val_loss)/head/kernel')).toBe(4);
});

it('refuses options out of range', () => {
  const wrong = [
    {},
    { folder: '' },
    { folder: 'x', keep: 0 },
    { folder: 'x', everySteps: 0 },
    { folder: 'x', everyMinutes: NaN },
  ];
  for (const options of wrong) expect(() => callbacks.check({ kind: 'checkpoints', ...options })).toThrow(UsageError);
  expect(checkpoints({ folder: 'x' })).toEqual({ kind: 'checkpoints', folder: 'x', keep: 3 });
});

it('frees its folder where the last snapshot cannot be made', async () => {
  const run = await begun();
  await run.takeSteps();
  jest.spyOn(run, 'snapshot').mockRejectedValueOnce(new DivergedError('weights', { files: [] }));
  await expect(run.end({ kind: 'aborted', error: new Error('enough') })).rejects.toThrow(DivergedError);
  expect(await steps()).toEqual([]);
  const again = await begun();
  await again.takeSteps();
  await again.end();
  expect(await steps()).toEqual([1]);
});
