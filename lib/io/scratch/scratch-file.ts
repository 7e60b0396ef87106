import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputError } from '../output-failure';

/** Bytes that do not fit into memory, for as long as a program runs. The file has no name: nothing is left of it, however the program ends. */
export class ScratchFile implements Disposable {
  private end = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
  ) {}

  /** In a folder that is there; default: the system's for temporary files. Throws OutputError. */
  static async open(folder: string = tmpdir()): Promise<ScratchFile> {
    const path = join(folder, `.movinet-${randomBytes(6).toString('hex')}.tmp`);
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'wx+', 0o600);
      // The system frees the bytes when the last that has it open is gone.
      await rm(path);
      return new ScratchFile(handle, path);
    } catch (error) {
      await handle?.close().catch(() => undefined);
      throw outputError('write', path, error);
    }
  }

  /** Returns where they begin. Calls may overlap. Throws OutputError, where the disk is full for one. */
  async append(bytes: Uint8Array): Promise<number> {
    const begin = this.end;
    this.end += bytes.length;
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, begin + done);
        done += bytesWritten;
      }
      return begin;
    } catch (error) {
      throw outputError('write', this.path, error);
    }
  }

  /** Fills `into` with the bytes from a place on. Throws OutputError. */
  async read(begin: number, into: Uint8Array): Promise<void> {
    const failure = (cause: unknown) => outputError('read', this.path, cause);
    for (let done = 0; done < into.length;) {
      const reading = this.handle.read(into, done, into.length - done, begin + done);
      const { bytesRead } = await reading.catch((error: unknown) => {
        throw failure(error);
      });
      if (bytesRead === 0) throw failure(`it ends at ${begin + done} bytes`);
      done += bytesRead;
    }
  }

  /** Gives the disk its space back. */
  dispose(): void {
    void this.handle.close().catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
