import { PassThrough } from 'node:stream';
import { multiLabel, singleLabel, type Task } from '../../../lib/base/task';
import { createOutput, evaluationText } from '../../../lib/cli/program/results';
import { chosenMetrics } from '../../../lib/metrics/meters';
import { shownMetrics } from '../../../lib/metrics/shown';

function written(json: boolean): string {
  const stream = new PassThrough();
  const output = createOutput({ stream, json });
  output.result({ loss: 0.5, clips: 42 }, 'loss 0.5 on 42 clips');
  output.result({ loss: 0.25, clips: 42 }, 'loss 0.25 on 42 clips');
  return String(stream.read());
}

test('people read text', () => {
  expect(written(false)).toBe('loss 0.5 on 42 clips\nloss 0.25 on 42 clips\n');
});

test('programs read one JSON object a line', () => {
  const lines = written(true).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { format: 1, loss: 0.5, clips: 42 },
    { format: 1, loss: 0.25, clips: 42 },
  ]);
});

describe('evaluationText', () => {
  const shown = shownMetrics(chosenMetrics());
  const text = (metrics: Record<string, number>, task: Task): string => evaluationText(metrics, shown, task, '4 clips');

  it.each<[Record<string, number>, Task, string]>([
    [{ loss: 0.107, accuracy: 0.976 }, singleLabel(['a', 'b']), 'Accuracy 97.6 % on 4 clips (loss 0.1070)'],
    [{ loss: 0.107, accuracy: 0.976 }, multiLabel(['a', 'b']), 'Label accuracy 97.6 % on 4 clips (loss 0.1070)'],
    [{ loss: 1, accuracy: 0, mine: -3 }, singleLabel(['a']), 'Accuracy 0.0 %, mine -3.0000 on 4 clips (loss 1.0000)'],
    [{ loss: 1 }, singleLabel(['a']), 'Loss 1.0000 on 4 clips'],
    [{ loss: NaN, accuracy: NaN }, singleLabel(['a']), 'Accuracy not finite on 4 clips (loss not finite)'],
  ])('says %j of a %j', (metrics, task, expected) => {
    expect(text(metrics, task)).toBe(expected);
  });
});
