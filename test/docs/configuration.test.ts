import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../lib/cli/train';
import { runInProcess } from '../cli/support/run-in-process';
import { TINY_CLIP, writeTinyBackbone, writeTinyVideos } from '../cli/support/tiny-material';
import { projectFiles } from '../repository/support';
import { suiteFolder } from '../support/suite-folder';
import { blocksOf } from './support/blocks';

const { path: folder } = suiteFolder();

it('of docs/training.md is one that a run takes', async () => {
  const [json = ''] = blocksOf('docs/training.md', 'json');
  const file = join(folder, 'movinet.config.json');
  writeFileSync(file, json.replace('"videos"', JSON.stringify(await writeTinyVideos(folder))));
  const out = join(folder, 'run');
  const words = ['--config', file, '--model', 'a0-stream-relu6', '--out', out, '--quiet'];
  const tiny = ['--weights', await writeTinyBackbone(folder), ...TINY_CLIP, '--device', 'cpu', '--batch-size', '4'];
  const { status, stderr } = await runInProcess(train, [...words, ...tiny]);
  expect([status, stderr]).toEqual([0, '']);
  const saved = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { options: object };
  expect(saved.options).toMatchObject({ optimizer: { kind: 'sgd', momentum: 0.9 } });
});

const shown = projectFiles().flatMap((file) =>
  file.endsWith('.md') ? blocksOf(file, 'json').map((text, i) => [`${file}, block ${i + 1}`, text] as const) : [],
);

it.each(shown.filter(([, text]) => !text.includes('…')))('%s is JSON', (_, text) => {
  expect(() => JSON.parse(text) as unknown).not.toThrow();
});
