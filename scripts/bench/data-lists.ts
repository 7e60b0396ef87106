import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sideBySide } from '../../lib/base/side-by-side';
import { TUTORIAL_CLIP } from '../../lib/base/clip';
import { ClipPlanner } from '../../lib/data/clip-planner';
import { listFolders } from '../../lib/data/lists/folders/list-folders';

/** What one step of the way from folders to clips takes. */
export interface DataTimes {
  readonly step: 'list' | 'plan';
  readonly entries: number;
  /** The median of the runs. */
  readonly seconds: number;
  /** For which the event loop was kept from other work, the longest of a further run. */
  readonly longestTurn: number;
}

/** A class folder for each so many files: UCF101 has 132. */
const FILES_OF_CLASS = 132;
const AT_ONCE = 16;

/** Times listing and planning of generated class folders with so many files. They lie in the system's temporary folder and are removed. */
export async function timeLists(entries: number, runs: number): Promise<DataTimes[]> {
  const root = await mkdtemp(join(tmpdir(), 'movinet-bench-'));
  try {
    await writeClassFolders(root, entries);
    const list = () => listFolders(root, { parts: 'none' });
    const { rows: videos } = await list();
    if (videos.length !== entries) throw new Error(`${videos.length} of ${entries} files were listed`);
    const planner = new ClipPlanner({ ...TUTORIAL_CLIP, videos, shuffle: true, start: 'random', seed: 0 });
    let epoch = 0;
    return [
      { step: 'list', entries, ...(await timesOf(list, runs)) },
      { step: 'plan', entries, ...(await timesOf(() => planner.plan(epoch++), runs)) },
    ];
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function writeClassFolders(root: string, entries: number): Promise<void> {
  const classes = Math.max(2, Math.ceil(entries / FILES_OF_CLASS));
  const folderOf = (i: number): string => join(root, `class ${String(i % classes).padStart(4, '0')}`);
  for (let i = 0; i < classes; i++) await mkdir(folderOf(i));
  const numbers = Array.from({ length: entries }, (_, i) => i);
  await sideBySide(numbers, AT_ONCE, (i) => writeFile(join(folderOf(i), `v_Name_g01_c${i}.avi`), 'x'));
}

async function timesOf(
  work: () => Promise<unknown>,
  runs: number,
): Promise<Pick<DataTimes, 'seconds' | 'longestTurn'>> {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    await work();
    seconds.push((performance.now() - began) / 1000);
  }
  // In a run of its own: looking on keeps the loop busy.
  const longestTurn = await longestTurnOf(work);
  return { seconds: seconds.sort((a, b) => a - b)[Math.floor(runs / 2)] as number, longestTurn };
}

async function longestTurnOf(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  let working = true;
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (working) setImmediate(look);
  };
  setImmediate(look);
  await work();
  working = false;
  return Math.max(longest, performance.now() - last) / 1000;
}
