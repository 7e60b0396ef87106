import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../../lib/cli/evaluate';
import { train } from '../../../lib/cli/train';
import { parseHistory } from '../../../lib/metrics/history/history';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';
import { tinyTrainArguments, trainTinyRun } from '../support/tiny-run';

const { path: folder } = suiteFolder();

it('learns from bytes what it learns from float32 where videos have the clip’s size, and is gone on with by bytes alone', async () => {
  process.env['NO_COLOR'] = '1';
  const floats = await trainTinyRun(folder);
  const out = join(folder, 'bytes');
  const bytes = await runInProcess(train, [...tinyTrainArguments(floats, out), '--pixels', 'uint8', '--json']);
  expect(bytes).toMatchObject({ status: 0 });
  const [byFloats, byBytes] = [floats.folder, out].map((run) =>
    parseHistory(readFileSync(join(run, 'history.json'), 'utf8')),
  );
  const numbers = (history = byFloats) => history?.epochs.map(({ metrics }) => metrics);
  expect(numbers(byBytes)).toEqual(numbers(byFloats));
  expect(byBytes?.config).toMatchObject({ pixels: 'uint8' });
  expect(byFloats?.config).not.toHaveProperty('pixels');

  const evaluated = await runInProcess(evaluate, ['--model', join(out, 'model'), '--pixels', 'uint8', '--json']);
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ config: { pixels: 'uint8' } });
  const others = await runInProcess(train, ['--resume', '--out', out, '--epochs', '3', '--pixels', 'float32']);
  expect([others.status, others.stderr]).toEqual([
    2,
    expect.stringContaining('--pixels (source.pixels) was "uint8" and is "float32"'),
  ]);
});
