import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { CheckpointError } from '../../../lib/base/errors';
import { Weights } from '../../../lib/graph/weights';
import { loadAddon } from '../../../lib/native/addon';
import { RunStore } from '../../../lib/training/store/run-store';
import { temporaryFolder } from '../../io/support/temporary-folder';
import { anyVariables, contentOf, snapshotOf } from '../support/snapshots';

const addon = loadAddon();
const folder = temporaryFolder();
const place = (): string => join(folder(), 'run', 'checkpoints');
const stores: RunStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

function storeAt(path = place(), keep = 3): RunStore {
  const store = new RunStore(path, { keep, addon });
  stores.push(store);
  return store;
}

describe('a store', () => {
  it('gives back what it was given', async () => {
    const store = storeAt();
    const state = {
      ...{ epoch: 2, batch: 0, best: { metric: 'val_loss', value: 0.25, epoch: 1, step: 4 } },
      callbacks: { 'earlyStopping(val_loss)': { best: 0.25, waited: 1 } },
      meters: { clips: 3, meters: { loss: { total: 1, count: 3 } } },
      history: [{ epoch: 1, step: 4, seconds: 2, metrics: { loss: 0.5, val_loss: NaN } }],
    };
    const snapshot = snapshotOf(9, state);
    expect(await store.latest()).toBeUndefined();
    expect(await store.save(snapshot)).toEqual({ path: join(place(), 'step-00000009'), step: 9, attempt: 1 });
    const found = await storeAt().load();
    expect(contentOf(found.snapshot)).toEqual(contentOf(snapshot));
    expect(found.passedOver).toEqual([]);
  });

  it('keeps any variables to the last bit', async () => {
    let step = 0;
    await fc.assert(
      fc.asyncProperty(anyVariables, async (variables) => {
        const store = storeAt();
        const snapshot = { ...snapshotOf(++step), variables };
        await store.save(snapshot);
        expect(contentOf((await store.load()).snapshot)).toEqual(contentOf(snapshot));
        await store.close();
      }),
      { seed: 3, numRuns: 25 },
    );
  });

  it('has files that other programs read: a checkpoint by its names, digests as sha256sum checks them', async () => {
    await storeAt().save(snapshotOf(1, {}, ['a/b.c/kernel']));
    const path = join(place(), 'step-00000001');
    expect(readdirSync(path).sort()).toEqual([
      'SHA256SUMS',
      'state.json',
      'variables.data-00000-of-00001',
      'variables.index',
    ]);
    expect(execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: path, encoding: 'utf8' })).toBe('');
    expect(readFileSync(join(path, 'variables.index')).includes('a/b.c/kernel')).toBe(true);
  });

  it('says that there is nothing to go on from', async () => {
    await expect(storeAt().load()).rejects.toThrow(
      new CheckpointError(`There is no checkpoint in ${place()} to go on from`),
    );
    expect(await storeAt().best()).toBeUndefined();
    expect(await storeAt().list()).toEqual([]);
  });

  it('leaves the event loop its turns while it saves and loads 100 MB', async () => {
    const variables = new Weights();
    for (let i = 0; i < 26; i++) variables.set(`v${i}`, { shape: [2 ** 20], data: new Float32Array(2 ** 20).fill(i) });
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    const store = storeAt();
    await store.save({ ...snapshotOf(1), variables });
    const saving = turns;
    await store.load();
    running = false;
    // One for each variable, or for each piece that is read, at least.
    expect(saving).toBeGreaterThan(100);
    expect(turns - saving).toBeGreaterThan(100);
  });
});

describe('what is kept', () => {
  const saves = fc.array(
    fc.record({ step: fc.integer({ min: 1, max: 6 }), best: fc.option(fc.integer({ min: 1, max: 6 })) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  it('is the last few and the best, after any saves; what is read is the last', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(saves, fc.integer({ min: 1, max: 3 }), async (given, keep) => {
        const path = join(folder(), String(round++));
        const store = storeAt(path, keep);
        let there: number[] = [];
        for (const [i, { step, best: drawn }] of given.entries()) {
          const best = drawn === null ? null : Math.min(drawn, step);
          const state = best === null ? {} : { best: { metric: 'm', value: 1, epoch: 1, step: best } };
          const snapshot = snapshotOf(step, { ...state, seconds: i });
          await store.save(snapshot);
          // A later one is of a line that was left.
          const steps = [...new Set([...there, step])].filter((one) => one <= step).sort((a, b) => a - b);
          there = steps.filter((one, at) => at >= steps.length - keep || one === best);
          expect((await store.list()).map((one) => one.step)).toEqual(there);
          expect(contentOf((await store.load()).snapshot)).toEqual(contentOf(snapshot));
          expect((await store.best())?.snapshot.state.step).toBe(there.find((one) => one === best));
        }
        await store.close();
      }),
      { seed: 5, numRuns: 15 },
    );
  }, 120_000);
});
