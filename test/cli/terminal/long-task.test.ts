import { startWhenLong } from '../../../lib/cli/terminal/long-task';
import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';

function recording(): { progress: ProgressSink; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): void => {
      calls.push([name, ...args]);
    };
  const progress: ProgressSink = {
    ...{ start: note('start'), update: note('update'), beside: note('beside') },
    ...{ end: note('end'), line: note('line'), warn: note('warn') },
  };
  return { progress, calls };
}

it('shows a task from its second second on', () => {
  const { progress, calls } = recording();
  let now = 5000;
  const task = startWhenLong(progress, { label: 'Decoding a.mp4', unit: 'frames' }, () => now);
  now = 5999;
  task.update(10, 30);
  expect(calls).toEqual([]);
  now = 6000;
  task.update(11, 30);
  task.update(12, 30);
  task.end('done');
  expect(calls).toEqual([
    ['start', { label: 'Decoding a.mp4', unit: 'frames', total: 30, since: 5000 }],
    ['update', 11],
    ['update', 12],
    ['end', 'done'],
  ]);
});

it('leaves no line of a short one', () => {
  const { progress, calls } = recording();
  const task = startWhenLong(progress, { label: 'Decoding a.mp4', unit: 'frames' }, () => 0);
  task.update(30, 30);
  task.end('done');
  expect(calls).toEqual([]);
});
