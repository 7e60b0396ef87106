import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '../../../lib/base/errors';
import { FolderLock } from '../../../lib/io/guard/folder-lock';
import { temporaryFolder } from '../support/temporary-folder';

const root = temporaryFolder();
const folder = (): string => join(root(), 'locked');
const file = (): string => join(folder(), '.lock');
const taken: FolderLock[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const lock of taken.splice(0)) await lock.release();
});

async function take(): Promise<FolderLock> {
  const lock = await FolderLock.take(folder());
  taken.push(lock);
  return lock;
}

/** The lock of somebody else: that of this process with some things changed. */
async function leave(changes: object, silentSeconds = 0): Promise<void> {
  const lock = await take();
  const holder = JSON.parse(readFileSync(file(), 'utf8')) as object;
  await lock.release();
  writeFileSync(file(), JSON.stringify({ ...holder, ...changes }));
  const when = new Date(Date.now() - 1000 * silentSeconds);
  utimesSync(file(), when, when);
}

it('is there until it is released, and only once', async () => {
  const lock = await take();
  await expect(lock.check()).resolves.toBeUndefined();
  await expect(FolderLock.take(folder())).rejects.toThrow(OutputError);
  await lock.release();
  expect(existsSync(file())).toBe(false);
  await (await take()).check();
});

it('goes to one of many that ask for it at once, left behind or not', async () => {
  for (const left of [false, true]) {
    if (left) await leave({ started: '1' });
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => FolderLock.take(folder())));
    const got = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    taken.push(...got);
    const holding = await Promise.allSettled(got.map((lock) => lock.check()));
    expect(holding.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const lock of taken.splice(0)) await lock.release();
    expect(readdirSync(folder())).toEqual([]);
  }
});

it('is taken over at once from a process that was killed', async () => {
  const program = `require(${JSON.stringify(join(__dirname, '../../../lib/io/guard/folder-lock.ts'))})
    .FolderLock.take(process.argv[1]).then(() => { process.stdout.write('taken'); setInterval(() => {}, 1000); });`;
  const child = spawn(process.execPath, ['-r', 'ts-node/register', '-e', program, folder()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(FolderLock.take(folder())).rejects.toThrow(`is in use by process ${child.pid} on `);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await take()).check();
});

it.each<[string, object, number, boolean]>([
  ['another process that has its number now', { started: '1' }, 0, true],
  ['a number that no process has', { pid: 2 ** 22 + 1 }, 0, true],
  ['this very process, however silent', {}, 1000, false],
  ['another machine, a moment ago', { space: 'other', host: 'other' }, 5, false],
  ['another machine, long ago', { space: 'other', host: 'other' }, 120, true],
  ['another machine whose clock is ahead', { space: 'other', host: 'other' }, -1000, false],
])('of %s', async (_, changes, silentSeconds, free) => {
  await leave(changes, silentSeconds);
  if (free) await (await take()).check();
  else await expect(FolderLock.take(folder())).rejects.toThrow(/ is in use by process \d+ on /);
});

it.each(['', '{', '[]', '{"pid":0}'])('that is %p counts as one of a moment ago, or of long ago', async (content) => {
  await leave({});
  writeFileSync(file(), content);
  await expect(FolderLock.take(folder())).rejects.toThrow(
    `The folder ${folder()} is in use by another process; wait for its end, or for a minute where it was killed, or use another folder`,
  );
  utimesSync(file(), 1, 1);
  await (await take()).check();
});

it('is not removed by whom it was taken from', async () => {
  const lock = await take();
  await leaveTo('other');
  await expect(lock.check()).rejects.toThrow(/was taken over by another process/);
  await lock.release();
  expect(existsSync(file())).toBe(true);
});

function leaveTo(token: string): Promise<void> {
  const holder = JSON.parse(readFileSync(file(), 'utf8')) as object;
  return fs.writeFile(file(), JSON.stringify({ ...holder, token }));
}

it('says that it lives', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  try {
    const utimes = jest.spyOn(fs, 'utimes').mockResolvedValue();
    const lock = await take();
    jest.advanceTimersByTime(25_000);
    expect(utimes.mock.calls.map(([path]) => path)).toEqual([file(), file()]);
    await lock.release();
    jest.advanceTimersByTime(25_000);
    expect(utimes).toHaveBeenCalledTimes(2);
  } finally {
    jest.useRealTimers();
  }
});

it('leaves nothing, and says what to do, where the folder cannot be written to', async () => {
  writeFileSync(folder(), '');
  await expect(FolderLock.take(folder())).rejects.toMatchObject({
    name: 'OutputError',
    message: `The folder ${folder()} cannot be written to: a file is in the place of the folder; choose another folder`,
  });
  await fs.rm(folder());
  const { writeFile } = fs;
  jest.spyOn(fs, 'writeFile').mockImplementationOnce(async (path) => {
    await writeFile(path, '');
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  });
  await expect(FolderLock.take(folder())).rejects.toThrow(/cannot be written to: the disk is full; free some space/);
  expect(readdirSync(folder())).toEqual([]);
});
