import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXPORT_FORMATS } from '../../../lib/model/export/export-model';
import { environmentFile, PYTHON_SCRIPTS } from '../../../scripts/bench/peers/inputs/environments';
import { casesOf, READINGS, readingsOf, runScript } from '../../../scripts/exports/readings';

const cases = casesOf(['a0-base', 'a0-stream'], (model) => model === 'a0-stream');

it('reads every format but checkpoints, which other scripts do, by an engine at least', () => {
  const formats = new Set(READINGS.flatMap((reading) => reading.formats));
  expect([...formats].sort()).toEqual(EXPORT_FORMATS.filter((format) => format !== 'checkpoint').sort());
  for (const one of cases) expect(readingsOf(one).length).toBeGreaterThan(0);
});

it('has streams of causal models alone, and variables for TensorFlow alone', () => {
  const streams = cases.filter(({ format }) => format.includes('stream'));
  expect(new Set(streams.map(({ model }) => model))).toEqual(new Set(['a0-stream']));
  const trainable = cases.filter(({ options }) => options.trainable === true);
  expect(trainable.length).toBeGreaterThan(0);
  for (const one of trainable)
    expect(readingsOf(one).map(({ engine }) => engine)).toEqual(['TensorFlow, tf.saved_model.load']);
});

it('names scripts and environments that there are', () => {
  for (const { script, environment } of READINGS) {
    expect([script, existsSync(join(PYTHON_SCRIPTS, script))]).toEqual([script, true]);
    expect([environment, existsSync(environmentFile(environment))]).toEqual([environment, true]);
  }
});

it('tells the last line of a script that fails', async () => {
  const { signal } = new AbortController();
  const failing = runScript('python3', 'exports/check_tensorflow.py', ['--nonsense'], signal);
  await expect(failing).rejects.toThrow(/numpy|error: /);
});
