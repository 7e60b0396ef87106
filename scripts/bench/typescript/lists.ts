import { TUTORIAL_CLIP } from '../../../lib/base/clip';
import { ClipPlanner } from '../../../lib/data/clip-planner';
import { listFolders } from '../../../lib/data/lists/folders/list-folders';
import { writeClassFolders } from '../scale/series/files';
import type { ScriptBenchmark } from './benchmark';

const FILES = 10_000;
const rate = { count: FILES, unit: 'files' };

/** Class folders on the disk, as a list of videos. */
const listing: ScriptBenchmark = {
  name: `ListFolders/files:${FILES}`,
  open: async ({ folder }) => {
    await writeClassFolders(folder, FILES);
    return { run: () => listFolders(folder, { parts: 'none' }), rate };
  },
};

/** An epoch in its order, its clips placed. */
const planning: ScriptBenchmark = {
  name: `PlanEpoch/files:${FILES}`,
  open: () => {
    const videos = Array.from({ length: FILES }, (_, i) => ({ path: `/videos/${i}.avi`, target: [i % 101] }));
    const planner = new ClipPlanner({ ...TUTORIAL_CLIP, videos, shuffle: true, start: 'random', seed: 0 });
    let epoch = 0;
    return Promise.resolve({ run: () => planner.plan(epoch++), rate });
  },
};

/** What comes before a video is opened. */
export const listBenchmarks: readonly ScriptBenchmark[] = [listing, planning];
