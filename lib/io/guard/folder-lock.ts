import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OutputError } from '../../base/errors';
import { makeFolder } from '../folders';
import { errorCode, failureReason } from '../output-failure';
import { isAlive, processIdentity, thisProcess } from './process-identity';

const LOCK = '.lock';
/** How often whoever holds a lock says that it lives, and after how long a silence one that cannot be seen counts as dead. */
const BEAT_MS = 10_000;
const SILENCE_MS = 60_000;

const holderSchema = processIdentity.extend({ token: z.string(), since: z.string() });
type Holder = z.output<typeof holderSchema>;

/**
 * Keeps a folder for one writer. What a process that was killed leaves behind is taken over: at once where it can be seen that the process is gone, after a minute
 * where it ran on another machine or in another container.
 */
export class FolderLock {
  private readonly beat: NodeJS.Timeout;

  private constructor(
    readonly folder: string,
    private readonly token: string,
  ) {
    this.beat = setInterval(() => void utimes(this.path, new Date(), new Date()).catch(() => undefined), BEAT_MS);
    this.beat.unref();
  }

  /** The folder is made where it is missing. Throws {@link OutputError} where another writer has it, or it cannot be written to. */
  static async take(folder: string): Promise<FolderLock> {
    const holder = { ...(await thisProcess()), token: randomBytes(8).toString('hex'), since: new Date().toISOString() };
    const path = join(folder, LOCK);
    try {
      await makeFolder(folder);
      while (!(await create(path, holder))) {
        const found = await look(path);
        if (found === undefined) continue;
        const refusal = await whyHeld(folder, found);
        if (refusal !== undefined) throw new OutputError(refusal);
        await takeAway(path, found.content, holder.token);
      }
    } catch (error) {
      if (error instanceof OutputError) throw error;
      throw new OutputError(`The folder ${folder} cannot be written to: ${failureReason(error)}`, { cause: error });
    }
    return new FolderLock(folder, holder.token);
  }

  /** Throws {@link OutputError} where another writer has taken it over, or somebody has removed it. */
  async check(): Promise<void> {
    if ((await look(this.path))?.holder?.token === this.token) return;
    throw new OutputError(
      `The folder ${this.folder} was taken over by another process; use another folder for one of them`,
    );
  }

  async release(): Promise<void> {
    clearInterval(this.beat);
    const mine = (await look(this.path).catch(() => undefined))?.holder?.token === this.token;
    if (mine) await rm(this.path, { force: true }).catch(() => undefined);
  }

  private get path(): string {
    return join(this.folder, LOCK);
  }
}

interface Found {
  readonly content: string;
  /** Undefined where the file is damaged, or not yet written. */
  readonly holder: Holder | undefined;
  /** Since its holder last said that it lives. */
  readonly silentMs: number;
}

/** Where the file system links files, no name ever stands for a lock that is not written yet. */
async function create(path: string, holder: Holder): Promise<boolean> {
  const whole = `${path}-${holder.token}`;
  try {
    await writeFile(whole, JSON.stringify(holder), { flag: 'wx' });
    const failure = await link(whole, path).catch((error: unknown) => errorCode(error) ?? 'unknown');
    if (failure === undefined || failure === 'EEXIST') return failure === undefined;
  } finally {
    await rm(whole, { force: true });
  }
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    // A full disk leaves an empty file.
    if (errorCode(error) === 'ENOSPC' || errorCode(error) === 'EDQUOT') await rm(path, { force: true });
    throw error;
  }
}

async function look(path: string): Promise<Found | undefined> {
  try {
    const content = await readFile(path, 'utf8');
    const silentMs = Date.now() - (await stat(path)).mtimeMs;
    return { content, holder: parse(content), silentMs };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(content: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(content));
  } catch {
    return undefined;
  }
}

/** Undefined where nobody holds it any more. */
async function whyHeld(folder: string, { holder, silentMs }: Found): Promise<string | undefined> {
  const alive = holder && (await isAlive(holder));
  if (!(alive ?? silentMs < SILENCE_MS)) return undefined;
  const who =
    holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
  const advice = alive === true ? 'wait for its end' : 'wait for its end, or for a minute where it was killed';
  return `The folder ${folder} is in use by ${who}; ${advice}, or use another folder`;
}

/** Removes a lock that nobody holds, and no other one that a quicker process has put in its place. */
async function takeAway(path: string, content: string, token: string): Promise<void> {
  const aside = `${path}-${token}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== content) await copyFile(aside, path, constants.COPYFILE_EXCL);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
