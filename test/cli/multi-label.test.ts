import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../lib/cli/evaluate';
import { predict } from '../../lib/cli/predict';
import { train } from '../../lib/cli/train';
import { parseHistory } from '../../lib/metrics/history/history';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';
import { tinyTrainArguments, trainTinyRun, type TinyRun } from './support/tiny-run';

const { path: folder } = suiteFolder();
const list = join(folder, 'list.csv');
const out = join(folder, 'multi-label-run');
const model = join(out, 'model');
let single: TinyRun;

/** Each corner clip is of two classes, each figure of one, one clip of none. */
function writeList(videos: string): void {
  const rows = ['train', 'test'].flatMap((part) =>
    readdirSync(join(videos, part)).flatMap((name) =>
      readdirSync(join(videos, part, name)).map((file, i) => {
        const labels = name === 'corner' ? 'sharp|moving' : part === 'train' && i === 0 ? '' : 'moving';
        return `${join(videos, part, name, file)},${labels},${part}`;
      }),
    ),
  );
  writeFileSync(list, ['path,labels,split', ...rows, ''].join('\n'));
}

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  single = await trainTinyRun(folder);
  writeList(single.videos);
  const args = tinyTrainArguments({ ...single, videos: list }, out);
  const { status, stderr } = await runInProcess(train, [...args, '--json']);
  if (status !== 0) throw new Error(stderr);
});

it('trains on a list of clips of several classes, and says how each class was recognised', () => {
  const history = parseHistory(readFileSync(join(out, 'history.json'), 'utf8'));
  expect(history.classes).toEqual(['moving', 'sharp']);
  const names = readdirSync(out);
  expect(names).toEqual(expect.arrayContaining(['label_scores.json', 'predictions.csv', 'report.html']));
  expect(names).not.toContain('confusion_matrix.json');
  const { perClass, accuracy } = JSON.parse(readFileSync(join(out, 'label_scores.json'), 'utf8')) as {
    perClass: { class: string; support: number }[];
    accuracy: number;
  };
  expect(perClass.map(({ class: name, support }) => [name, support])).toEqual([
    ['moving', 4],
    ['sharp', 2],
  ]);
  expect(history.evaluate?.metrics['accuracy']).toBeCloseTo(accuracy, 6);
});

it('evaluates by the threshold that is given', async () => {
  const at = async (threshold: string) => {
    const { stdout, status } = await runInProcess(evaluate, ['--model', model, '--threshold', threshold, '--json']);
    expect(status).toBe(0);
    return JSON.parse(stdout) as {
      metrics: { accuracy: number };
      perClass: { recall: number }[];
      config: Record<string, unknown>;
    };
  };
  const all = await at('0');
  // Every class is given to every clip: sharp wrongly to two of four.
  expect(all.perClass.map(({ recall }) => recall)).toEqual([1, 1]);
  expect(all.metrics.accuracy).toBe(6 / 8);
  expect(all.config).toMatchObject({ task: 'multi-label', threshold: 0 });
  const none = await at('0.999999');
  expect(none.perClass.map(({ recall }) => recall)).toEqual([0, 0]);
  expect(none.metrics.accuracy).toBe(2 / 8);
});

it('averages several clips of a video', async () => {
  const args = ['--model', model, '--frames', '2', '--clips-per-video', '2', '--crops', '3'];
  const { stdout, status } = await runInProcess(evaluate, args);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Label accuracy [\d.]+ % on 4 videos, 6 clips of each \(loss [\d.]+\)\n$/);
});

describe('predict', () => {
  const clip = (): string => join(single.videos, 'test', 'corner', 'corner-0000.avi');
  const run = (...args: string[]) => runInProcess(predict, ['--model', model, clip(), ...args]);

  it('marks the labels above the threshold', async () => {
    const { stdout } = await run('--threshold', '0', '--top', '1', '--json');
    const { labels, predictions } = JSON.parse(stdout) as { labels: string[]; predictions: unknown[] };
    expect(labels).toEqual(['moving', 'sharp']);
    expect(predictions).toHaveLength(2);
    const marked = (await run('--threshold', '0')).stdout.split('\n').slice(1, 3);
    expect(marked).toEqual([expect.stringMatching(/^\* +[\d.]+ % {2}/), expect.stringMatching(/^\* +[\d.]+ % {2}/)]);
    const { stdout: none } = await run('--threshold', '0.999999');
    expect(none).toMatch(/\n {2} +[\d.]+ % {2}\w+\n {2} +[\d.]+ % {2}\w+\n$/);
  });

  it.each([
    ['a threshold of 1', () => ['--model', model, '--threshold', '1'], /Option --threshold: expected a number from 0/],
    ['a threshold for one class', () => ['--model', single.model, '--threshold', '0.4'], /the model is single-label/],
    ['several clips from one frame', () => ['--model', model, '--start', '0', '--clips-per-video', '2'], /their start/],
  ])('refuses %s', async (_, args, message) => {
    const { status, stderr, stdout } = await runInProcess(predict, [...args(), clip()]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

it('refuses to evaluate a model of one class a clip on clips of several', async () => {
  const { status, stderr } = await runInProcess(evaluate, ['--model', single.model, '--data', list, '--allow-overlap']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/list\.csv, row 2: .* the model has one class for each clip/);
});
