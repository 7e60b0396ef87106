import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { multiLabel, singleLabel } from '../../lib/base/task';
import type { ClassifiedClip } from '../../lib/metrics/evaluation';
import { readRunResults } from '../../lib/report/read-results';
import { evaluationResults } from '../../lib/report/results';
import { RunFolder } from '../../lib/report/run-folder';
import { suiteFolder } from '../support/suite-folder';
import { exampleHistory } from './examples';

const { path: root } = suiteFolder();
const CLASSES = ['cat & <dog>', 'comma, "quoted"', 'naïve Über'];

async function written(name: string, results: Awaited<ReturnType<typeof evaluationResults>>): Promise<string> {
  const folder = await RunFolder.open(join(root, name));
  await folder.writeReports({ history: exampleHistory(2, CLASSES), ...results });
  return folder.path;
}

/** Probabilities as the files have them. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one: unknown) => (typeof one === 'number' ? Number(one.toFixed(4)) : one)));

/** In 64ths, which the six digits of the file hold, and which are on no edge of a bin. */
const shares = fc.tuple(fc.nat(64), fc.nat(64)).map(([a, b]) => {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  return [low, high - low, 64 - high].map((part) => part / 64);
});
const several = fc.array(
  fc.nat(64).map((part) => part / 64),
  { minLength: 3, maxLength: 3 },
);

it('gives back what was written, of clips of one class each', async () => {
  const clip = fc.record({ target: fc.nat(2), row: shares });
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(clip, { minLength: 1, maxLength: 12 }), async (drawn) => {
      const clips = drawn.map(({ target, row }, index): ClassifiedClip => ({
        ...{ file: `${index}, of "all".avi`, index, target: [target], loss: 0 },
        probabilities: Float32Array.from(row),
      }));
      const results = await evaluationResults({ clips }, singleLabel(CLASSES));
      const { history, ...found } = await readRunResults(await written(`single-${number++}`, results));
      expect(history.epochs).toHaveLength(2);
      expect(rounded(found)).toEqual(rounded(results));
    }),
    { numRuns: 20 },
  );
});

it.each([0.5, 0.3])('gives back what was written, of clips of several classes, decided by %d', async (threshold) => {
  const clip = fc.record({ target: fc.uniqueArray(fc.nat(2), { maxLength: 3 }), row: several });
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(clip, { minLength: 1, maxLength: 8 }), async (drawn) => {
      const clips = drawn.map(({ target, row }, index): ClassifiedClip => ({
        ...{ file: 'a.avi', index, span: [index, index + 0.5], target: target.sort(), loss: 0 },
        probabilities: Float32Array.from(row),
      }));
      const results = await evaluationResults({ clips }, multiLabel(CLASSES), threshold);
      const { labels } = await readRunResults(await written(`multi-${threshold}-${number++}`, results));
      expect(rounded(labels)).toEqual(rounded(results.labels));
    }),
    { numRuns: 20 },
  );
});

it('has the history alone of a run that was not evaluated', async () => {
  const folder = await written('unevaluated', {});
  expect(Object.keys(await readRunResults(folder))).toEqual(['history']);
});

describe('refuses', () => {
  it('a folder without a run', async () => {
    await expect(readRunResults(root)).rejects.toThrow(`${root} holds no run: there is no history.json in it`);
  });

  it.each([
    ['history.json', '{', 'history.json is damaged'],
    ['predictions.csv', 'file,true_class,predicted_class,probability\na,b,c,0.5\n', '"c" is no class of the run'],
    ['predictions.csv', 'file,true_class\n"a', 'predictions.csv is damaged'],
    ['predictions.csv', 'file,probability\na,2\n', 'predictions.csv is damaged: 0.'],
  ])('%s that is damaged: %j', async (file, text, why) => {
    const folder = await written('damaged', {});
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file), text);
    await expect(readRunResults(folder)).rejects.toThrow(why);
    rmSync(folder, { recursive: true });
  });
});
