import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileStart, type Summary, summaryEvent } from '../../formats/event-file';
import { makeFolder } from '../../io/folders';
import { outputError } from '../../io/output-failure';
import { appendWhole, removeFile } from '../../io/whole-file';

const NAME = /^events\.out\.tfevents\.(\d{10})\./;
/** Ends the name of a file that the next one of its kind takes the place of. */
const REPLACED = '.movinet-session.v2';
const isReplaced = (name: string): boolean => NAME.test(name) && name.endsWith(REPLACED);

/** Seconds since 1970. */
export const now = (): number => Date.now() / 1000;

/** One event file in a folder of a run, of which TensorBoard reads all in the order of their names. */
export class EventWriter {
  private waiting: Uint8Array[];

  private constructor(
    private readonly path: string,
    step: number,
  ) {
    this.waiting = [fileStart(step, now())];
  }

  /**
   * Begins a file after those that are there; what they have of `step` and later ones is set aside. `replace`: in place of those that an earlier call with it has made.
   * Throws OutputError.
   */
  static async begin(folder: string, step: number, { replace = false } = {}): Promise<EventWriter> {
    const names = await namesIn(folder);
    if (replace) for (const name of names.filter(isReplaced)) await removeFile(join(folder, name));
    const times = names.map((name) => Number(NAME.exec(name)?.[1] ?? 0));
    // A clock that was put back, or a second that has not passed, must not bring it before an earlier one.
    const time = Math.max(Math.floor(now()), ...times.map((earlier) => earlier + 1));
    const end = `${hostname()}.${process.pid}${replace ? REPLACED : '.v2'}`;
    const writer = new EventWriter(join(folder, `events.out.tfevents.${String(time).padStart(10, '0')}.${end}`), step);
    await writer.flush();
    return writer;
  }

  add(step: number, summaries: readonly Summary[]): void {
    if (summaries.length > 0) this.waiting.push(summaryEvent(step, now(), summaries));
  }

  /** Writes what was added since the last time. Throws OutputError. */
  async flush(): Promise<void> {
    if (this.waiting.length === 0) return;
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    await appendWhole(this.path, bytes);
  }
}

/** What a folder holds, made where it is missing. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    await makeFolder(folder);
    return await readdir(folder);
  } catch (error) {
    throw outputError('write into the folder', folder, error);
  }
}
