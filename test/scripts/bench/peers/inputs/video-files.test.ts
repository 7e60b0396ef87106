import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAddon } from '../../../../../lib/native/addon';
import { openOwnWork } from '../../../../../scripts/bench/peers/children/own-work';
import { writeVideos } from '../../../../../scripts/bench/peers/inputs/video-files';
import type { DecodingWork } from '../../../../../scripts/bench/peers/works';
import { OPEN } from '../support';

it('writes files of which our own side decodes every frame, and those of the clips', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'movinet-videos-test-'));
  try {
    const addon = loadAddon();
    const work: DecodingWork = { name: 'all', kind: 'all-frames', size: 64 };
    const video = await writeVideos(addon, work, folder, { files: 2, frames: 40 });
    expect(video).toMatchObject({ width: 64, height: 48 });
    const all = await openOwnWork(addon, { ...OPEN, work, threads: 2, video });
    expect(all.numbers).toEqual(video.files.map(() => 40));
    await expect(all.once()).resolves.toEqual(all.numbers);
    const clips = await openOwnWork(addon, { ...OPEN, work: { ...work, kind: 'clips' }, video });
    expect(clips.numbers).toEqual(video.clips.map(() => 8));
    const frames = video.clips.flatMap((clip) => clip.frames);
    expect([Math.min(...frames) >= 0, Math.max(...frames) < 40]).toEqual([true, true]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
