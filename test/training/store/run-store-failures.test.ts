import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '../../../lib/base/errors';
import { derive } from '../../../lib/base/random';
import { Weights } from '../../../lib/graph/weights';
import { loadAddon } from '../../../lib/native/addon';
import { RunStore } from '../../../lib/training/store/run-store';
import { temporaryFolder } from '../../io/support/temporary-folder';
import { mountTinyDisk } from '../../support/tiny-disk';
import { contentOf, snapshotOf } from '../support/snapshots';

const addon = loadAddon();
const folder = temporaryFolder();
const stores: RunStore[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const store of stores.splice(0)) await store.close();
});

function storeAt(path = folder()): RunStore {
  const store = new RunStore(path, { addon });
  stores.push(store);
  return store;
}

/** Starts a process that saves steps from `first` on without an end; what it has told when it is killed. */
async function killedAfter(path: string, first: number, saves: number, delayMs: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['-r', 'ts-node/register', join(__dirname, '../support/save-in-child.ts'), path, String(first)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let told = '';
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const killed = once(child, 'close');
  const kill = (): void => void setTimeout(() => child.kill('SIGKILL'), delayMs);
  child.stdout.on('data', (text: Buffer) => {
    const before = told.split('\n').length;
    told += text.toString();
    if (before < saves + 2 && told.split('\n').length >= saves + 2) kill();
  });
  await killed;
  expect(errors).toBe('');
  return Number(told.trim().split('\n').at(-1)) || first - 1;
}

it('holds a whole state, the last that was saved, when its writer is killed at any moment', async () => {
  const random = derive(12, 'kills');
  let last = 0;
  for (let round = 0; round < 20; round++) {
    // A save takes some 20 ms: from its beginning to beyond its end.
    const told = await killedAfter(folder(), last + 1, Math.floor(3 * random.float()), 40 * random.float());
    const { snapshot, passedOver } = await storeAt()
      .load()
      .catch((error: unknown) => {
        if (told === 0) return { snapshot: snapshotOf(0), passedOver: [] };
        throw error;
      });
    expect(passedOver).toEqual([]);
    const { step } = snapshot.state;
    // What was renamed just before it could be told is whole too.
    expect([told, told + 1]).toContain(step);
    if (step > 0) expect(contentOf(snapshot).variables).toEqual(contentOf(snapshotOf(step)).variables);
    last = step;
  }
  expect(last).toBeGreaterThan(10);
  const store = storeAt();
  await store.save(snapshotOf(last + 1));
  expect(readdirSync(folder()).filter((name) => name.startsWith('.'))).toEqual(['.lock']);
}, 300_000);

it('cleans up after a killed writer, and nothing else', async () => {
  await storeAt().save(snapshotOf(1));
  for (const name of ['.step-00000002-AbCdEf/complete', '.step-00000001-removed-12', '.git', 'mine']) {
    mkdirSync(join(folder(), name), { recursive: true });
  }
  writeFileSync(join(folder(), '.step-notes'), '');
  await stores.pop()!.close();
  await storeAt().open();
  expect(readdirSync(folder()).sort()).toEqual(['.git', '.lock', '.step-notes', 'mine', 'step-00000001']);
});

it('refuses a second writer, in this process and in another, and lets it read', async () => {
  const first = storeAt();
  await first.save(snapshotOf(1));
  const temporary = join(folder(), '.step-00000002-AbCdEf');
  mkdirSync(temporary);
  const expected = new RegExp(
    `^The folder ${folder()} is in use by process ${process.pid} on .*; wait for its end, or use another folder$`,
  );
  const second = storeAt();
  await expect(second.open()).rejects.toThrow(expected);
  await expect(second.save(snapshotOf(5))).rejects.toThrow(OutputError);
  const script = join(__dirname, '../support/save-in-child.ts');
  const other = spawn(process.execPath, ['-r', 'ts-node/register', script, folder(), '7'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  other.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  expect(await once(other, 'close')).toEqual([1, null]);
  expect(errors).toContain(`is in use by process ${process.pid} on`);
  expect((await second.load()).snapshot.state.step).toBe(1);
  expect(readdirSync(folder()).sort()).toEqual(['.lock', '.step-00000002-AbCdEf', 'step-00000001']);
  await first.close();
  await second.save(snapshotOf(2));
  expect(readdirSync(folder()).sort()).toEqual(['.lock', 'step-00000001', 'step-00000002']);
});

it('saves nothing more once another process has taken the folder over', async () => {
  const store = storeAt();
  await store.save(snapshotOf(1));
  const lock = join(folder(), '.lock');
  const holder = JSON.parse(readFileSync(lock, 'utf8')) as object;
  writeFileSync(lock, JSON.stringify({ ...holder, token: 'other' }));
  await expect(store.save(snapshotOf(2))).rejects.toThrow(/was taken over by another process; use another folder/);
  await store.close();
  expect(readdirSync(folder()).sort()).toEqual(['.lock', 'step-00000001']);
});

it('writes one after the other', async () => {
  const store = storeAt();
  const saving = [3, 1, 2].map((step) => store.save(snapshotOf(step)));
  await store.close();
  expect((await Promise.all(saving)).map(({ step }) => step)).toEqual([3, 1, 2]);
  expect((await store.list()).map(({ step }) => step)).toEqual([1, 2]);
});

it('says that the disk is full, then that it is read-only; what was saved stays, and nothing half-written', async () => {
  const disk = mountTinyDisk('size=1m');
  if (disk === undefined) return;
  const path = join(disk.path, 'checkpoints');
  const store = new RunStore(path, { addon });
  try {
    await store.save(snapshotOf(1));
    const there = readdirSync(path);
    const variables = new Weights();
    for (let i = 0; i < 8; i++) variables.set(`v${i}`, { shape: [2 ** 16], data: new Float32Array(2 ** 16).fill(i) });
    await expect(store.save({ ...snapshotOf(2), variables })).rejects.toMatchObject({
      name: 'OutputError',
      message: `The checkpoint cannot be saved to ${path}: the disk is full; free some space or choose another folder`,
    });
    expect(readdirSync(path)).toEqual(there);
    execFileSync('mount', ['-o', 'remount,ro', disk.path]);
    await expect(store.save(snapshotOf(2))).rejects.toMatchObject({
      name: 'OutputError',
      message: `The checkpoint cannot be saved to ${path}: the file system is read-only; choose another folder`,
    });
    await expect(new RunStore(path, { addon }).open()).rejects.toThrow(OutputError);
    expect((await store.load()).snapshot.state.step).toBe(1);
    execFileSync('mount', ['-o', 'remount,rw', disk.path]);
    await store.save(snapshotOf(2));
    expect((await store.load()).snapshot.state.step).toBe(2);
  } finally {
    await store.close();
    disk.unmount();
  }
});

it.each([
  ['mkdtemp', 'EACCES', 'permission denied; change its permissions or choose another folder'],
  ['writeFile', 'EDQUOT', 'your disk quota is used up; free some space or choose another folder'],
  ['rename', 'EIO', 'it broke'],
] as const)('says what to do where %s fails with %s', async (name, code, told) => {
  const store = storeAt();
  await store.save(snapshotOf(1));
  const spy = jest.spyOn(fs, name).mockRejectedValueOnce(Object.assign(new Error('it broke'), { code }));
  await expect(store.save(snapshotOf(2))).rejects.toMatchObject({
    name: 'OutputError',
    message: `The checkpoint cannot be saved to ${folder()}: ${told}`,
  });
  expect(spy).toHaveBeenCalled();
  expect(readdirSync(folder()).sort()).toEqual(['.lock', 'step-00000001']);
  await store.save(snapshotOf(2));
  expect((await store.load()).snapshot.state.step).toBe(2);
});

it('removes nothing before what is new was read back, and not what was read back otherwise', async () => {
  const store = new RunStore(folder(), { keep: 1, addon });
  stores.push(store);
  await store.save(snapshotOf(1));
  const { rename } = fs;
  jest.spyOn(fs, 'rename').mockImplementationOnce(async (from, to) => {
    // A disk that keeps other bits than it was given.
    const file = join(String(from), 'variables.data-00000-of-00001');
    const content = readFileSync(file);
    content[3]! ^= 1;
    writeFileSync(file, content);
    await rename(from, to);
  });
  await expect(store.save(snapshotOf(2))).rejects.toThrow(
    /was not read back as it was written \(variables.data-00000-of-00001 is not as SHA256SUMS says\): check the disk/,
  );
  expect(readdirSync(folder()).sort()).toEqual(['.lock', 'step-00000001']);
});

it('does not take other variables for the ones that were to be saved', async () => {
  const store = storeAt();
  const snapshot = snapshotOf(2);
  const { rename } = fs;
  await storeAt(join(folder(), 'other')).save({ ...snapshot, variables: snapshotOf(3).variables });
  jest.spyOn(fs, 'rename').mockImplementationOnce(async (from, to) => {
    cpSync(join(folder(), 'other/step-00000002'), String(from), { recursive: true });
    await rename(from, to);
  });
  await expect(store.save(snapshot)).rejects.toThrow(/\(the variable head\/\w+ is another one in step-00000002\)/);
});
