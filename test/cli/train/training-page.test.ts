import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../../lib/cli/train';
import { runInProcess } from '../support/run-in-process';
import { TINY_CLIP, writeTinyBackbone, writeTinyVideos } from '../support/tiny-material';
import { suiteFolder } from '../../support/suite-folder';
import { read } from '../../repository/support';

const page = read('docs/training.md');

/** More epochs than these are ended by a limit of steps: what is written is right, and long. */
const LONG = 2;

/** The words of each command, a line that goes on taken as one. */
const commands = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)]
  .flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').trimEnd().split('\n'))
  .map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''));

const { path: folder } = suiteFolder();
let material: { videos: string; backbone: string };

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  material = { videos: await writeTinyVideos(folder), backbone: await writeTinyBackbone(folder) };
  mkdirSync(join(folder, 'runs'));
});

/** The options of a command, on other material and in another place. */
function onTinyMaterial(words: readonly string[]): string[] {
  const moved = words.map((word) => (word.startsWith('runs/') ? join(folder, word) : word));
  const options = moved.map((word, at) => (moved[at - 1] === '--data' ? material.videos : word));
  const begins = options.includes('--data');
  const epochs = Number(options[options.indexOf('--epochs') + 1] ?? 0);
  return [
    ...options,
    ...(begins ? ['--weights', material.backbone, ...TINY_CLIP, '--device', 'cpu'] : []),
    ...(begins && !options.includes('--batch-size') ? ['--batch-size', '4'] : []),
    ...(epochs > LONG && begins ? ['--max-steps', '4'] : []),
    '--quiet',
  ];
}

it('has commands of train', () => {
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.map((words) => words.slice(0, 5).join(' '))).toEqual(commands.map(() => 'npm run --silent train --'));
});

it.each(commands.map((words) => [words.slice(5).join(' '), words.slice(5)] as const))('runs %s', async (_, words) => {
  const { status, stderr } = await runInProcess(train, onTinyMaterial(words));
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
});

it('has a configuration that a run takes', async () => {
  const [, json = ''] = /^```json\n([^]*?)^```$/m.exec(page) ?? [];
  const file = join(folder, 'movinet.config.json');
  writeFileSync(file, json.replace('"videos"', JSON.stringify(material.videos)));
  const out = join(folder, 'runs', 'configured');
  const words = ['--config', file, '--model', 'a0-stream-relu6', '--out', out, '--quiet'];
  const tiny = ['--weights', material.backbone, ...TINY_CLIP, '--device', 'cpu', '--batch-size', '4'];
  const { status, stderr } = await runInProcess(train, [...words, ...tiny]);
  expect([status, stderr]).toEqual([0, '']);
  const saved = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { options: object };
  expect(saved.options).toMatchObject({ optimizer: { kind: 'sgd', momentum: 0.9 } });
  rmSync(file);
});
