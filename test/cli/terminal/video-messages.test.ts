import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import { describeDamaged, showIndexing, warnOfDamaged, warnOfSkipped } from '../../../lib/cli/terminal/video-messages';

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
