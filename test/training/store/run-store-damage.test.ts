import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from '../../../lib/base/errors';
import { writeChecksums } from '../../../lib/io/guard/checksums';
import { loadAddon } from '../../../lib/native/addon';
import { RunStore } from '../../../lib/training/store/run-store';
import { readSnapshot } from '../../../lib/training/store/stored-snapshot';
import { temporaryFolder } from '../../io/support/temporary-folder';
import { contentOf, snapshotOf } from '../support/snapshots';

const addon = loadAddon();
const folder = temporaryFolder();
const FILES = ['SHA256SUMS', 'state.json', 'variables.data-00000-of-00001', 'variables.index'];
const path = (step: number): string => join(folder(), `step-${String(step).padStart(8, '0')}`);

/** A store with the steps 1 and 2. */
async function stored(): Promise<RunStore> {
  const store = new RunStore(folder(), { addon });
  for (const step of [1, 2]) await store.save(snapshotOf(step, { best: { metric: 'loss', value: 1, epoch: 1, step } }));
  await store.close();
  return store;
}

async function expectPassedOver(store: RunStore, reason: string | RegExp): Promise<void> {
  const { snapshot, passedOver } = await store.load();
  expect(snapshot.state.step).toBe(1);
  expect(passedOver).toEqual([{ path: path(2), reason: expect.stringMatching(reason) as string }]);
}

it('notices every byte that is another one, in every file', async () => {
  await stored();
  for (const name of FILES) {
    const file = join(path(2), name);
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      const spoilt = Buffer.from(whole);
      // Another bit for each byte.
      spoilt[at]! ^= 1 << (at % 8);
      writeFileSync(file, spoilt);
      await expect(readSnapshot(addon, path(2))).rejects.toThrow(CheckpointError);
    }
    writeFileSync(file, whole);
  }
  expect((await readSnapshot(addon, path(2))).state.step).toBe(2);
});

it.each(FILES)('passes over one whose %s is damaged, cut off, longer or missing, and says so', async (name) => {
  const store = await stored();
  const file = join(path(2), name);
  const whole = readFileSync(file);
  const spoilt = Buffer.from(whole);
  spoilt[Math.floor(whole.length / 2)]! ^= 1;
  for (const content of [spoilt, whole.subarray(0, -1), Buffer.alloc(0), Buffer.concat([whole, Buffer.of(10)])]) {
    writeFileSync(file, content);
    await expectPassedOver(store, /is not as SHA256SUMS says$|^SHA256SUMS is damaged$/);
    if (name !== 'SHA256SUMS') await expectPassedOver(store, `^${name} is not as SHA256SUMS says$`);
    await expect(store.best()).resolves.toMatchObject({ path: path(1) });
  }
  rmSync(file);
  await expectPassedOver(store, `^${name} is missing$`);
  mkdirSync(file);
  await expectPassedOver(store, `^${name} cannot be read \\(EISDIR\\)$`);
});

it.each<[string, (state: object) => unknown, RegExp]>([
  [
    'of another format',
    (state) => ({ ...state, format: 2 }),
    /^state.json is of format 2, this version reads format 1$/,
  ],
  ['without a step', (state) => ({ ...state, step: undefined }), /^state.json is not valid \(step: /],
  ['of other things', () => [], /^state.json is of format undefined/],
])('passes over a whole one with a state %s', async (_, change, reason) => {
  const store = await stored();
  const file = join(path(2), 'state.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as object)));
  await writeChecksums(path(2), FILES.slice(1));
  await expectPassedOver(store, reason);
});

it('passes over what is whole by its digests and no checkpoint', async () => {
  const store = await stored();
  for (const [name, reason] of [
    ['variables.index', /variables.index is damaged \(truncated, or no index\)/],
    ['variables.data-00000-of-00001', /variables.data-00000-of-00001 is truncated/],
  ] as const) {
    const whole = readFileSync(join(path(2), name));
    truncateSync(join(path(2), name), 10);
    await writeChecksums(path(2), FILES.slice(1));
    await expectPassedOver(store, reason);
    writeFileSync(join(path(2), name), whole);
  }
});

it('passes over several, and says why where none is left', async () => {
  const store = await stored();
  cpSync(path(2), path(3), { recursive: true });
  truncateSync(join(path(3), 'state.json'), 5);
  rmSync(join(path(2), 'variables.index'));
  const { passedOver } = await store.load();
  expect(passedOver.map(({ path: found }) => found)).toEqual([path(3), path(2)]);
  for (const name of readdirSync(path(1))) rmSync(join(path(1), name));
  await expect(store.latest()).rejects.toThrow(
    new CheckpointError(
      `No checkpoint in ${folder()} can be used: step-00000003 (state.json is not as SHA256SUMS says), step-00000002 (variables.index is missing), step-00000001 (SHA256SUMS is missing)`,
    ),
  );
});

it('says what is wrong with the best one', async () => {
  const store = await stored();
  await store.save(snapshotOf(3, { best: { metric: 'loss', value: 1, epoch: 1, step: 1 } }));
  await store.close();
  truncateSync(join(path(1), 'state.json'), 5);
  await expect(store.best()).rejects.toThrow(
    `The best checkpoint ${path(1)} cannot be used: state.json is not as SHA256SUMS says`,
  );
});

it('goes on from the one before a damaged one, which the next save removes', async () => {
  const store = await stored();
  truncateSync(join(path(2), 'state.json'), 5);
  const { snapshot } = await store.load();
  await store.save({ ...snapshot, state: { ...snapshot.state, step: 2, seconds: 7 } });
  expect((await store.list()).map(({ path: found }) => found)).toEqual([path(1), `${path(2)}-2`]);
  const again = await store.load();
  expect({ seconds: again.snapshot.state.seconds, passedOver: again.passedOver }).toEqual({
    seconds: 7,
    passedOver: [],
  });
  expect(contentOf(again.snapshot).variables).toEqual(contentOf(snapshot).variables);
  await store.close();
});
