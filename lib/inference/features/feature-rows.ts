import { ScratchFile } from '../../io/scratch/scratch-file';

/** How features of clips are kept. */
export interface FeatureCacheOptions {
  /** Memory that they may take, in bytes; the others lie in a file. Default 512 MiB. */
  readonly memoryBytes?: number;
  /** Folder of that file, which is removed at the end. Default: the system's folder for temporary files. */
  readonly folder?: string;
}

const MEMORY_BYTES = 512 * 2 ** 20;

/** The place that features may take: several caches share it. */
export class FeatureSpace {
  private readonly memoryBytes: number;
  private readonly folder: string | undefined;
  private taken = 0;

  constructor({ memoryBytes = MEMORY_BYTES, folder }: FeatureCacheOptions = {}) {
    this.memoryBytes = memoryBytes;
    this.folder = folder;
  }

  /** Whether there was memory for them. */
  take(bytes: number): boolean {
    if (this.taken + bytes > this.memoryBytes) return false;
    this.taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }

  openFile(): Promise<ScratchFile> {
    return ScratchFile.open(this.folder);
  }
}

/** Where a row is: the numbers themselves, or their first byte in the file. */
type Place = Float32Array | number;

/** Rows of numbers, all of one length: in memory first, then in a file. */
export class FeatureRows implements Disposable {
  private readonly places: Place[] = [];
  private file: Promise<ScratchFile> | undefined;
  private inMemory = 0;
  private disposed = false;

  constructor(private readonly space: FeatureSpace) {}

  /** Returns its number. Takes `row` over. Throws OutputError. */
  async add(row: Float32Array): Promise<number> {
    const number = this.places.length;
    if (this.space.take(row.byteLength)) {
      this.inMemory += row.byteLength;
      this.places.push(row);
      return number;
    }
    // Its number is taken before anything is awaited.
    this.places.push(-1);
    this.file ??= this.space.openFile();
    this.places[number] = await (await this.file).append(bytesOf(row));
    return number;
  }

  /** Fills `into` with the row of that number. Throws OutputError. */
  async read(number: number, into: Float32Array): Promise<void> {
    const place = this.places[number] as Place;
    if (typeof place !== 'number') into.set(place);
    else await (await this.file)?.read(place, bytesOf(into));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.space.give(this.inMemory);
    this.places.length = 0;
    void this.file?.then((file) => file.dispose()).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
