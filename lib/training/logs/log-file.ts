import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { UsageError } from '../../base/errors';
import { checkWritable, makeFolder } from '../../io/folders';
import { statIfAny } from '../../io/look';
import { outputError } from '../../io/output-failure';
import { appendWhole, writeFileWhole } from '../../io/whole-file';

/** A text file that tells of a run, line by line. */
export class LogFile {
  /** `beginning`: of every log of this kind; a file that begins otherwise is not replaced. */
  constructor(
    private readonly path: string,
    private readonly beginning: string,
  ) {}

  /** Makes its folder. Throws {@link UsageError} where something else than such a log stands in its place, OutputError where nothing can be written. */
  async check(): Promise<void> {
    const { path } = this;
    const there = await this.refused(() => statIfAny(path));
    if (there?.isDirectory() === true)
      throw new UsageError(`The log ${path} is to be a file, and there is a folder of that name: name another file`);
    if (there !== undefined && there.size > 0 && !(await this.refused(() => this.isOwn())))
      throw new UsageError(`The file ${path} holds something else than such a log: name another file`);
    const folder = dirname(path);
    await this.refused(async () => {
      await makeFolder(folder);
      await checkWritable(folder);
    });
  }

  /** Its lines; none where it is missing. Throws the system's error. */
  async *lines(): AsyncGenerator<string> {
    if ((await statIfAny(this.path)) === undefined) return;
    yield* createInterface({ input: createReadStream(this.path), crlfDelay: Infinity });
  }

  /** Throws OutputError. */
  async replace(text: string): Promise<void> {
    await writeFileWhole(this.path, text);
  }

  /** Throws OutputError. */
  async append(text: string): Promise<void> {
    await appendWhole(this.path, text);
  }

  private async isOwn(): Promise<boolean> {
    const { path, beginning } = this;
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(beginning.length) });
      return buffer.subarray(0, bytesRead).toString() === beginning;
    } finally {
      await handle.close();
    }
  }

  /** What the system refuses is told of the log. */
  private async refused<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw outputError('write', this.path, error);
    }
  }
}
