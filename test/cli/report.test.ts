import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';
import { report } from '../../lib/cli/report';
import { train } from '../../lib/cli/train';
import { writeTinyBackbone, writeTinyVideos } from './support/tiny-material';

const { path: folder } = suiteFolder();
const out = join(folder, 'run');
const read = (name: string): string => readFileSync(join(out, name), 'utf8');

beforeAll(async () => {
  const videos = await writeTinyVideos(folder);
  const clip = ['--size', '32', '--frames', '4', '--frame-step', '2'];
  const weights = await writeTinyBackbone(folder);
  // One epoch of an untrained backbone: some of its predictions are wrong.
  const run = ['--data', videos, '--model', 'a0-stream-relu6', '--weights', weights, ...clip, '--epochs', '1'];
  await runInProcess(train, [...run, '--learning-rate', '1e-9', '--out', out, '--quiet']);
});

it('draws the page and the charts of a run again, from its data alone', async () => {
  const drawn = readdirSync(out).filter((name) => /\.(svg|png|html)$/.test(name));
  const before = new Map(drawn.map((name) => [name, readFileSync(join(out, name))]));
  expect(drawn).toContain('report.html');
  const data = readdirSync(out).filter((name) => /\.(json|csv)$/.test(name));
  const times = data.map((name) => statSync(join(out, name)).mtimeMs);
  for (const name of drawn) rmSync(join(out, name));
  const { stdout, status } = await runInProcess(report, [out, '--json']);
  expect(status).toBe(0);
  expect((JSON.parse(stdout) as { files: string[] }).files.sort()).toEqual([...drawn].sort());
  for (const name of drawn.filter((one) => one !== 'report.html'))
    expect([name, readFileSync(join(out, name)).equals(before.get(name)!)]).toEqual([name, true]);
  // Which options are not the defaults only the run itself knew.
  const page = read('report.html');
  expect(page).toContain('Confusion matrix');
  expect(page.match(/<img/g)?.length).toBe(before.get('report.html')!.toString().match(/<img/g)?.length);
  expect(data.map((name) => statSync(join(out, name)).mtimeMs)).toEqual(times);
});

it('refuses a folder that is no run, and leaves it as it is', async () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  const { stderr, status } = await runInProcess(report, [other]);
  expect(status).toBe(2);
  expect(stderr).toContain(`${other} holds no run: there is no history.json in it`);
  expect(readdirSync(other)).toEqual([]);
});
