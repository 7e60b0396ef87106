import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TUTORIAL_CLIP } from '../../../../lib/base/clip';
import { MovinetError } from '../../../../lib/base/errors';
import { sideBySide } from '../../../../lib/base/side-by-side';
import { ClipPlanner } from '../../../../lib/data/clip-planner';
import { listFolders } from '../../../../lib/data/lists/folders/list-folders';
import { linear, memory, seconds, type Series } from '../series';
import { longestTurn, medianSeconds } from '../times';

/** A class folder for each so many files: UCF101 has 132. */
const FILES_OF_CLASS = 132;
const AT_ONCE = 16;
const RUNS = 3;

/** Class folders with so many files, which are no videos: nobody opens them. */
export async function writeClassFolders(root: string, files: number): Promise<void> {
  const classes = Math.max(2, Math.ceil(files / FILES_OF_CLASS));
  const folderOf = (i: number): string => join(root, `class ${String(i % classes).padStart(4, '0')}`);
  for (let i = 0; i < classes; i++) await mkdir(folderOf(i));
  const numbers = Array.from({ length: files }, (_, i) => i);
  await sideBySide(numbers, AT_ONCE, (i) => writeFile(join(folderOf(i), `v_Name_g01_c${i}.avi`), 'x'));
}

export const filesSeries: Series = {
  name: 'files',
  against: 'files in the data set',
  about: 'Class folders are listed, and the clips of a training epoch are planned; no video is opened.',
  points: [10, 100, 1_000, 10_000, 50_000, 200_000],
  quickPoints: [10, 1_000, 10_000, 20_000],
  measures: {
    list: seconds('listing', linear(2)),
    plan: seconds('planning an epoch', linear(2)),
    'longest turn of listing': seconds('longest turn of the event loop while listing'),
    'longest turn of planning': seconds('longest turn of the event loop while planning'),
    memory: memory(linear(1.5)),
  },
  prepare: (files, { folder }) => writeClassFolders(folder, files),
  async work(files, { folder }) {
    const list = () => listFolders(folder, { parts: 'none' });
    const { rows: videos } = await list();
    if (videos.length !== files) throw new MovinetError(`${videos.length} of ${files} files were listed`);
    const planner = new ClipPlanner({ ...TUTORIAL_CLIP, videos, shuffle: true, start: 'random', seed: 0 });
    let epoch = 0;
    const plan = () => planner.plan(epoch++);
    return {
      list: await medianSeconds(RUNS, list),
      plan: await medianSeconds(RUNS, plan, 1),
      // In a run of its own: looking on keeps the loop busy.
      'longest turn of listing': await longestTurn(list),
      'longest turn of planning': await longestTurn(plan),
    };
  },
};
