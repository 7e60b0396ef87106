import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from '../../lib/model/classifier';
import { writeTinyBackbone, writeTinyVideos } from '../cli/support/tiny-material';
import { compilePackage } from '../package/support/installed-package';
import { blocksOf, replaced } from '../docs/support/blocks';
import { suiteFolder } from '../support/suite-folder';

const root = join(__dirname, '..', '..');
const { path: folder } = suiteFolder();
const blocks = blocksOf('README.md', 'ts');

/** Runs a script as the README says: from a file in the clone, by ts-node. */
function run(name: string, script: string) {
  mkdirSync(join(root, 'build'), { recursive: true });
  const place = mkdtempSync(join(root, 'build', 'readme-'));
  try {
    writeFileSync(join(place, name), script);
    return spawnSync(process.execPath, ['-r', 'ts-node/register', join(place, name)], { cwd: root, encoding: 'utf8' });
  } finally {
    rmSync(place, { recursive: true });
  }
}

beforeAll(compilePackage, 120_000);

it('has scripts that run as they stand, on other material', async () => {
  const videos = await writeTinyVideos(folder);
  const weights = await writeTinyBackbone(folder);
  const model = JSON.stringify(join(folder, 'model'));
  const [finetune = '', stream = ''] = blocks;
  expect(blocks).toHaveLength(2);
  const trained = run(
    'finetune.ts',
    replaced(finetune, {
      "'videos/ucf101'": JSON.stringify(videos),
      "split: 'ucf101'": "split: 'folders', size: 32, frames: 4, frameStep: 2",
      "'weights/ckpt-1'": JSON.stringify(weights),
      "'runs/first/model'": model,
    }),
  );
  expect(trained.stderr).toBe('');
  expect(trained.stdout).toMatch(/^[\d.]+\n[\d.]+\n$/);
  expect(trained.status).toBe(0);

  // The script says how clips are cut once, for the data set.
  const saved = await loadModel(join(folder, 'model'));
  expect(saved.clip).toEqual({ size: 32, frames: 4, every: { frames: 2 }, short: 'zero' });

  const [label = ''] = readdirSync(join(videos, 'train'));
  const [name = ''] = readdirSync(join(videos, 'train', label));
  const source = JSON.stringify(join(videos, 'train', label, name));
  const streamed = run('stream.ts', replaced(stream, { "'rtsp://camera/live'": source, "'runs/first/model'": model }));
  expect({ status: streamed.status, stderr: streamed.stderr }).toEqual({ status: 0, stderr: '' });
}, 120_000);
