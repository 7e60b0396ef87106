import { PassThrough } from 'node:stream';
import { createOutput } from '../../../lib/cli/program/results';

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
    { loss: 0.5, clips: 42 },
    { loss: 0.25, clips: 42 },
  ]);
});
