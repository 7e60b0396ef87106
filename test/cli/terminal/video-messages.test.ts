import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import {
  describeIncomplete,
  describeDamaged,
  describeOtherRates,
  describeShort,
  showIndexing,
  warnOfDamaged,
  warnOfSkipped,
  warnOfVideos,
} from '../../../lib/cli/terminal/video-messages';

function sink(): { progress: ProgressSink; seen: (string | undefined)[] } {
  const seen: (string | undefined)[] = [];
  const add = (text: string | undefined): void => void seen.push(text);
  const ignore = (): void => undefined;
  return { progress: { start: ignore, update: ignore, end: ignore, line: ignore, beside: add, warn: add }, seen };
}

it('lists broken videos, the first ten of many', () => {
  const { progress, seen } = sink();
  warnOfSkipped(progress, []);
  warnOfSkipped(
    progress,
    Array.from({ length: 12 }, (_, i) => ({ path: `${i}.avi`, reason: 'empty' })),
  );
  expect(seen).toEqual([
    ...Array.from({ length: 10 }, (_, i) => `Left out ${i}.avi: empty`),
    'Left out 2 more broken videos',
  ]);
});

it('says in one line which videos were read over their damage, the first three of many', () => {
  const damaged = ['a', 'b', 'c', 'd', 'e'].map((name, i) => ({ path: `${name}.mp4`, packets: i + 1 }));
  expect(describeDamaged([{ path: 'a.mp4', packets: 23 }])).toBe(
    '1 video has damaged parts, which were read over: a.mp4 (23 packets)',
  );
  expect(describeDamaged(damaged)).toBe(
    '5 videos have damaged parts, which were read over: a.mp4 (1 packet), b.mp4 (2 packets), c.mp4 (3 packets) and 2 more',
  );
  const { progress, seen } = sink();
  warnOfDamaged(progress, []);
  warnOfDamaged(progress, damaged.slice(0, 1));
  expect(seen).toEqual([describeDamaged(damaged.slice(0, 1))]);
});

it('tells how many videos are indexed until all are', () => {
  const { progress, seen } = sink();
  const tell = showIndexing(progress);
  tell(512, 9000);
  tell(9000, 9000);
  expect(seen).toEqual(['indexing 512 of 9,000 videos', undefined]);
});

it('tells broken off videos from short ones, and what stands in place of the missing frames', () => {
  expect(describeIncomplete([{ path: 'a.mp4', frames: 61, promised: 300 }])).toBe(
    '1 video is incomplete: a.mp4 ends after 61 of 300 frames',
  );
  expect(describeIncomplete([{ path: 'a.ts', frames: 61, promised: 0 }])).toBe(
    '1 video is incomplete: a.ts breaks off after 61 frames',
  );
  const short = ['a', 'b', 'c', 'd'].map((name) => ({ path: `${name}.mp4`, frames: 5, needed: 8 }));
  expect(describeShort(short, 'zero')).toBe(
    '4 videos are shorter than a clip; their clips end in black frames (--short hold or loop fills them otherwise): ' +
      'a.mp4 (5 of 8 frames), b.mp4 (5 of 8 frames), c.mp4 (5 of 8 frames) and 1 more',
  );
  expect(describeShort(short.slice(0, 1), 'loop')).toBe(
    '1 video is shorter than a clip; it begins anew: a.mp4 (5 of 8 frames)',
  );
  expect(describeShort([{ path: 'a.mp4', span: [0, 0.5], frames: 5, needed: 8 }], 'loop')).toBe(
    '1 part of a video is shorter than a clip; it begins anew: a.mp4 from 0 to 0.5 s (5 of 8 frames)',
  );
});

it('names videos of another frame rate', () => {
  const other = { path: 'a.mp4', frameRate: 59.94006, expected: 25, of: 'training', sampled: 12.5 } as const;
  expect(describeOtherRates([other])).toBe(
    '1 video has another frame rate than the 25 a second at which clips are as in training, so that motions look faster or slower (--frame-rate 12.5 samples as in training): a.mp4 (59.94)',
  );
  expect(describeOtherRates([{ ...other, of: 'most', sampled: 25 / 3 }])).toBe(
    '1 video has another frame rate than most (25 a second), so that motions look faster or slower (--frame-rate 8.333 samples all by time): a.mp4 (59.94)',
  );
  const { progress, seen } = sink();
  const others = [{ ...other, of: 'most' as const, expected: 24 }, other, { ...other, path: 'b.mp4' }];
  warnOfVideos(progress, { skipped: [], damaged: [], brokenOff: [], short: [], otherRates: others }, 'zero');
  expect(seen).toEqual([describeOtherRates(others.slice(0, 1)), describeOtherRates(others.slice(1))]);
});

it('warns of each kind of trouble once, and of nothing where there is none', () => {
  const { progress, seen } = sink();
  const nothing = { skipped: [], damaged: [], brokenOff: [], short: [], otherRates: [] };
  warnOfVideos(progress, nothing, 'zero');
  expect(seen).toEqual([]);
  const report = {
    skipped: [{ path: 'a', reason: 'empty' }],
    damaged: [{ path: 'b', packets: 1 }],
    brokenOff: [{ path: 'c', frames: 1, promised: 2 }],
    short: [{ path: 'd', frames: 1, needed: 2 }],
    otherRates: [{ path: 'e', frameRate: 50, expected: 25, of: 'most' as const, sampled: 25 }],
  };
  warnOfVideos(progress, report, 'hold');
  expect(seen).toEqual([
    'Left out a: empty',
    describeDamaged(report.damaged),
    describeIncomplete(report.brokenOff),
    describeShort(report.short, 'hold'),
    describeOtherRates(report.otherRates),
  ]);
});
