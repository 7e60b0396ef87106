import { video } from '../../../lib/cli/video';
import type { VideoRecord } from '../../../lib/cli/video/description';
import { FakeVideos, type FakeVideo } from './fake-videos';
import { runInProcess, type CommandOutcome } from './run-in-process';

/** Videos of many kinds, none of which is there. */
export const VIDEOS: Record<string, FakeVideo> = {
  'plain.mp4': { frameCount: 200 },
  'phone.mp4': { frameCount: 60, width: 120, height: 160, rotation: 90, mirrored: true, firstTime: 2 },
  'short.mp4': { frameCount: 20 },
  'packed.avi': { frameCount: 100, exact: false, decodes: 98, notes: ['no-timestamps'] },
  'damaged.mp4': { frameCount: 200, lost: [64, 65, 66, 80] },
  'cut-off.mp4': { frameCount: 200, lost: Array.from({ length: 76 }, (_, i) => 124 + i), notes: ['cut-off'] },
  'long.mp4': { frameCount: 28_800, lost: [5] },
  'large.mp4': { frameCount: 1200, lost: [700], width: 1920, height: 1080 },
  'long-packed.avi': { frameCount: 28_800, exact: false, decodes: 28_799, notes: ['no-timestamps'] },
  'counted.avi': { frameCount: 90, damagedPackets: 2 },
  'undecodable.mp4': { frameCount: 10, lost: Array.from({ length: 10 }, (_, i) => i) },
  'untimed.avi': { frameCount: 3, duration: 0, frameRate: 0, averageFrameRate: 0, notes: ['no-timestamps'] },
};

export interface VideoOutcome extends CommandOutcome {
  readonly addon: FakeVideos;
}

/** Runs the command on {@link VIDEOS}; all that it took of the addon must be free again. */
export async function runVideo(...args: string[]): Promise<VideoOutcome> {
  const addon = new FakeVideos(VIDEOS);
  const outcome = await runInProcess((argv) => video(argv, () => addon), args);
  expect([addon.openDecoders, addon.openReaders, addon.liveTensors]).toEqual([0, 0, 0]);
  return { ...outcome, addon };
}

/** The same with `--json`. */
export async function videoRecords(...args: string[]): Promise<VideoOutcome & { readonly lines: VideoRecord[] }> {
  const outcome = await runVideo('--json', ...args);
  const lines = outcome.stdout.split('\n').filter((line) => line !== '');
  return { ...outcome, lines: lines.map((line) => JSON.parse(line) as VideoRecord) };
}
