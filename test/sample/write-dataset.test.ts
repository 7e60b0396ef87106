import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputError, UsageError } from '../../lib/base/errors';
import { SAMPLE_MOTIONS } from '../../lib/sample/motions';
import { renderMotionClip } from '../../lib/sample/render';
import { type MotionDatasetOptions, writeMotionDataset } from '../../lib/sample/write-dataset';
import type { NativeVideoWriter } from '../../lib/native/video';

const FRAME_BYTES = 16 * 16 * 3;
let folder: string;
let root: string;
let open: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'motion-dataset-'));
  root = join(folder, 'cache', 'sample');
  open = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the raw frames; `failAt` is the number of the file whose writing fails. */
function rawWriter(failAt = Infinity): MotionDatasetOptions['createVideoWriter'] {
  let files = 0;
  return async (path): Promise<NativeVideoWriter> => {
    const failing = ++files === failAt;
    open++;
    return {
      write: (frames) => {
        if (failing) return Promise.reject(Object.assign(new Error('ENOSPC: disk full, write'), { syscall: 'write' }));
        writeFileSync(path, frames);
        return Promise.resolve();
      },
      close: () => {
        open--;
        return Promise.resolve();
      },
    };
  };
}

function options(changes: Partial<MotionDatasetOptions> = {}): MotionDatasetOptions {
  return {
    root,
    motions: SAMPLE_MOTIONS,
    trainClipsPerMotion: 3,
    testClipsPerMotion: 2,
    seed: 1,
    size: 16,
    sampling: { frames: 8, every: { frames: 2 }, short: 'zero' },
    createVideoWriter: rawWriter(),
    ...changes,
  };
}

function contents(): Map<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => [join(file.parentPath, file.name), readFileSync(join(file.parentPath, file.name), 'base64')]),
  );
}

describe('writeMotionDataset', () => {
  it('writes class folders with the frames that the sampling spans, the same for the same seed', async () => {
    const progress: number[] = [];
    const result = await writeMotionDataset(options({ onProgress: (written) => progress.push(written) }));
    expect(result).toEqual({ root, files: 50, reused: false });
    expect(progress).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(readdirSync(join(root, 'train')).sort()).toEqual(SAMPLE_MOTIONS.map(({ name }) => name).sort());
    expect(readdirSync(join(root, 'test', 'jump'))).toEqual(['jump-0000.avi', 'jump-0001.avi']);
    expect(statSync(join(root, 'train', 'jump', 'jump-0002.avi')).size).toBe(15 * FRAME_BYTES);
    expect(readdirSync(join(folder, 'cache'))).toEqual(['sample']);
    expect(open).toBe(0);

    const first = contents();
    expect(new Set(first.values()).size).toBe(first.size);
    rmSync(root, { recursive: true });
    await writeMotionDataset(options());
    expect(contents()).toEqual(first);
  });

  it('shows the same scene at the sampled frames as a clip of only those frames would', () => {
    const [motion] = SAMPLE_MOTIONS as [(typeof SAMPLE_MOTIONS)[number]];
    const whole = renderMotionClip({ motion, seed: 5, size: 16, frames: 15 });
    const sampled = renderMotionClip({ motion, seed: 5, size: 16, frames: 8 });
    let difference = 0;
    for (let frame = 0; frame < 8; frame++) {
      for (let index = 0; index < FRAME_BYTES; index++) {
        difference += Math.abs(
          (whole[2 * frame * FRAME_BYTES + index] ?? 0) - (sampled[frame * FRAME_BYTES + index] ?? 0),
        );
      }
    }
    expect(difference / (8 * FRAME_BYTES)).toBeLessThan(15);
  });

  it('reuses what is complete, and writes anew what is damaged, missing or of other settings', async () => {
    await writeMotionDataset(options());
    const createVideoWriter = (): never => {
      throw new Error('nothing is to be written');
    };
    expect(await writeMotionDataset(options({ createVideoWriter }))).toEqual({ root, files: 50, reused: true });

    truncateSync(join(root, 'train', 'jump', 'jump-0001.avi'), 100);
    expect((await writeMotionDataset(options())).reused).toBe(false);
    expect(statSync(join(root, 'train', 'jump', 'jump-0001.avi')).size).toBe(15 * FRAME_BYTES);

    unlinkSync(join(root, 'test', 'jump', 'jump-0001.avi'));
    expect((await writeMotionDataset(options())).reused).toBe(false);
    writeFileSync(join(root, '.manifest.json'), '{"settings":');
    expect((await writeMotionDataset(options())).reused).toBe(false);
    expect((await writeMotionDataset(options({ seed: 2 }))).reused).toBe(false);
    expect((await writeMotionDataset(options({ seed: 2, motions: SAMPLE_MOTIONS.slice(1) }))).files).toBe(45);
    expect(readdirSync(join(root, 'train'))).toHaveLength(9);
  });

  it('leaves nothing behind when the disk is full, and keeps what was there', async () => {
    await writeMotionDataset(options());
    const before = contents();
    const failure = writeMotionDataset(options({ seed: 2, createVideoWriter: rawWriter(20) }));
    await expect(failure).rejects.toThrow(OutputError);
    await expect(failure).rejects.toThrow(`Cannot write the motion clips to ${root}: ENOSPC`);
    expect(contents()).toEqual(before);
    expect(readdirSync(join(folder, 'cache'))).toEqual(['sample']);
    expect(open).toBe(0);
  });

  it('stops at an abort and leaves nothing behind', async () => {
    const controller = new AbortController();
    const onProgress = (written: number): void => {
      if (written === 4) controller.abort(new Error('enough'));
    };
    await expect(writeMotionDataset(options({ signal: controller.signal, onProgress }))).rejects.toThrow('enough');
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it('names a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'cache'), 'a file');
    await expect(writeMotionDataset(options())).rejects.toThrow(OutputError);
  });

  it('refuses names that are no folder names, and empty parts', async () => {
    await expect(writeMotionDataset(options({ motions: [{ name: '../jump', shapes: [{}] }] }))).rejects.toThrow(
      UsageError,
    );
    await expect(writeMotionDataset(options({ testClipsPerMotion: 0 }))).rejects.toThrow('test clips');
  });
});
