import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CheckpointError, MovinetError, OutputError } from '../../base/errors';
import { removeFolder, removeLeftovers } from '../../io/folders';
import { FolderLock } from '../../io/guard/folder-lock';
import { errorCode, failureReason, isSystemError } from '../../io/output-failure';
import { fillAndPlace } from '../../io/whole-folder';
import { type Addon, loadAddon } from '../../native/addon';
import type { RunState, Snapshot } from '../run-state';
import { checkSnapshot, readSnapshot, readState, writeSnapshot } from './stored-snapshot';

/** A snapshot on the disk; its folder is named `step-00000123`, with `-2`, `-3` … after it where that step was saved again. */
export interface StoredSnapshot {
  readonly path: string;
  readonly step: number;
  /** From 1: which of this step. */
  readonly attempt: number;
}

/** A checkpoint that cannot be used, and why. */
export interface PassedOver {
  readonly path: string;
  readonly reason: string;
}

export interface LoadedSnapshot {
  readonly path: string;
  readonly snapshot: Snapshot;
  /** Later ones that are damaged, the latest first: what they held is lost, which the caller tells. */
  readonly passedOver: readonly PassedOver[];
}

export interface RunStoreOptions {
  /** How many of the last steps are kept. Default 3; the best is kept beside them. */
  readonly keep?: number;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

const NAMED = 'step-';
const NAME = /^step-(\d{8,})(?:-(\d+))?$/;
const SHOWN = 3;

/**
 * The snapshots of a run in a folder, each whole or not there: what a process that is killed, a full disk or a power cut leaves, is the one before. Anybody may read;
 * one process at a time writes, from `open()` to `close()`.
 */
export class RunStore {
  readonly folder: string;
  private readonly keep: number;
  private readonly addon: Addon;
  private lock: Promise<FolderLock> | undefined;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string, options: RunStoreOptions = {}) {
    this.folder = resolve(folder);
    this.keep = options.keep ?? 3;
    this.addon = options.addon ?? loadAddon();
  }

  /**
   * Begins to write: makes the folder, keeps other writers out, and removes what a killed one left half-written. A second call does nothing. Throws
   * {@link OutputError} where another process, or another store of this one, writes there.
   */
  async open(): Promise<void> {
    await this.locked();
  }

  /** Lets other writers in, once what is being saved is. */
  async close(): Promise<void> {
    await this.writing.catch(() => undefined);
    const lock = await this.lock?.catch(() => undefined);
    this.lock = undefined;
    await lock?.release();
  }

  /**
   * Saves a snapshot: on the disk, and read back, before earlier ones are removed. Those of later steps are removed too: the run went on from an earlier one. One after
   * the other where several are asked for at once. Throws {@link OutputError}; earlier ones are then as they were.
   */
  save(snapshot: Snapshot): Promise<StoredSnapshot> {
    const saving = this.writing.catch(() => undefined).then(() => this.write(snapshot));
    this.writing = saving;
    return saving;
  }

  /** All that are there, damaged ones too, by their steps, the earliest first. Throws the system's error. */
  async list(): Promise<StoredSnapshot[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    const found = names.flatMap((name) => {
      const match = NAME.exec(name);
      if (match === null) return [];
      return [{ path: join(this.folder, name), step: Number(match[1]), attempt: Number(match[2] ?? 1) }];
    });
    return found.sort((a, b) => a.step - b.step || a.attempt - b.attempt);
  }

  /** The last whole one; undefined where there is none at all. Throws {@link CheckpointError} where there are some and all are damaged, with the reasons. */
  latest(): Promise<LoadedSnapshot | undefined> {
    return this.lastWhole((path) => readSnapshot(this.addon, path));
  }

  /** As {@link latest}, where there must be one. Throws {@link CheckpointError}. */
  async load(): Promise<LoadedSnapshot> {
    const found = await this.latest();
    if (found === undefined) throw new CheckpointError(`There is no checkpoint in ${this.folder} to go on from`);
    return found;
  }

  /** The best one by the last whole one's state; undefined where nothing was best yet, or it is not there. Throws {@link CheckpointError} where it is damaged. */
  async best(): Promise<LoadedSnapshot | undefined> {
    const last = await this.lastWhole(async (path) => ({ state: await readState(path) }));
    const found = bestOf(await this.list(), last?.snapshot.state);
    if (found === undefined) return undefined;
    try {
      return { path: found.path, snapshot: await readSnapshot(this.addon, found.path), passedOver: [] };
    } catch (error) {
      throw new CheckpointError(`The best checkpoint ${found.path} cannot be used: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  private async lastWhole<Content>(
    read: (path: string) => Promise<Content>,
  ): Promise<{ path: string; snapshot: Content; passedOver: PassedOver[] } | undefined> {
    const passedOver: PassedOver[] = [];
    for (const { path } of (await this.list()).reverse()) {
      try {
        return { path, snapshot: await read(path), passedOver };
      } catch (error) {
        passedOver.push({ path, reason: reasonOf(error) });
      }
    }
    if (passedOver.length === 0) return undefined;
    const told = passedOver.slice(0, SHOWN).map(({ path, reason }) => `${basename(path)} (${reason})`);
    const more = passedOver.length > SHOWN ? ` and ${passedOver.length - SHOWN} more` : '';
    throw new CheckpointError(`No checkpoint in ${this.folder} can be used: ${told.join(', ')}${more}`);
  }

  private async locked(): Promise<FolderLock> {
    this.lock ??= FolderLock.take(this.folder).then(async (lock) => {
      await removeLeftovers(this.folder, NAMED);
      return lock;
    });
    return this.lock.catch((error: unknown) => {
      this.lock = undefined;
      throw error;
    });
  }

  private async write(snapshot: Snapshot): Promise<StoredSnapshot> {
    const lock = await this.locked();
    try {
      await lock.check();
      const saved = placeFor(snapshot.state.step, await this.list(), this.folder);
      const placed = await fillAndPlace(saved.path, 'nothing', (inside) => writeSnapshot(this.addon, inside, snapshot));
      if (!placed) throw new OutputError(`The checkpoint ${saved.path} is in the way: remove it`);
      await checkSnapshot(this.addon, saved.path, snapshot).catch(async (error: unknown) => {
        await removeFolder(saved.path).catch(() => undefined);
        throw new OutputError(
          `The checkpoint ${saved.path} was not read back as it was written (${reasonOf(error)}): check the disk, or choose another folder`,
        );
      });
      for (const { path } of outlived(await this.list(), snapshot.state, this.keep)) await removeFolder(path);
      return saved;
    } catch (error) {
      if (error instanceof OutputError) throw error;
      throw new OutputError(`The checkpoint cannot be saved to ${this.folder}: ${failureReason(error)}`, {
        cause: error,
      });
    }
  }
}

function placeFor(step: number, stored: readonly StoredSnapshot[], folder: string): StoredSnapshot {
  const attempt = 1 + Math.max(0, ...stored.filter((one) => one.step === step).map((one) => one.attempt));
  const name = `${NAMED}${String(step).padStart(8, '0')}${attempt === 1 ? '' : `-${attempt}`}`;
  return { path: join(folder, name), step, attempt };
}

/** What need not be kept once this state is saved. */
function outlived(stored: readonly StoredSnapshot[], state: RunState, keep: number): StoredSnapshot[] {
  const newest = stored.filter(({ step, attempt }) => step <= state.step && attempt === lastAttempt(stored, step));
  const kept = new Set([...newest.slice(-keep), bestOf(stored, state)]);
  return stored.filter((one) => !kept.has(one));
}

function bestOf(stored: readonly StoredSnapshot[], state: RunState | undefined): StoredSnapshot | undefined {
  return stored.findLast(({ step }) => step === state?.best?.step);
}

function lastAttempt(stored: readonly StoredSnapshot[], step: number): number {
  return Math.max(...stored.filter((one) => one.step === step).map((one) => one.attempt));
}

function reasonOf(error: unknown): string {
  if (error instanceof MovinetError || isSystemError(error)) return error.message;
  throw error;
}
