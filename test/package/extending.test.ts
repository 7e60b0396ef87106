import { join } from 'node:path';
import { writeTinyBackbone, writeTinyVideos } from '../cli/support/tiny-material';
import { replaced } from '../docs/support/blocks';
import { suiteFolder } from '../support/suite-folder';
import { read } from '../repository/support';
import { PackageProject, repository } from './support/installed-package';

const { path: folder } = suiteFolder();

/** The scripts of the document by their file names, which their first lines tell. */
const scripts = new Map(
  [...read('docs/extending.md').matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)^```$/gm)].map(([, name, text]) => [name!, text!]),
);

/** Checked as a user's project is, run by ts-node. */
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    ...{ target: 'es2022', lib: ['es2023', 'esnext.disposable'], module: 'node16', types: ['node'] },
    ...{ strict: true, esModuleInterop: true, skipLibCheck: false, noEmit: true },
    ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  },
  include: ['*.ts'],
  'ts-node': { swc: true },
});

/** Two steps on clips in memory, as the document's script does on videos. */
const ON_MEMORY = `
import { createClassifier, Trainer } from 'movinet-native';
import { singleLabel } from 'movinet-native/extend';
import { generalizedCrossEntropy } from './generalized-cross-entropy';
import { lion } from './lion';
import { MemorySource } from './memory-source';
import { stopAt } from './stop-at';
import { topClasses } from './top-classes';

async function main() {
  const clip = { size: 32, frames: 2, every: { frames: 1 }, short: 'zero' } as const;
  const classes = ['dark', 'grey', 'bright'];
  const clips = [0, 1, 2, 0].map((label) => ({ name: 'x', pixels: new Float32Array(2 * 32 * 32 * 3).fill(label / 2), label }));
  const source = new MemorySource(singleLabel(classes), clip, 2, clips);
  const model = await createClassifier({ model: 'a0-stream-relu6', weights: WEIGHTS, classes, clip });
  let steps = 0;
  const counter = { name: 'counter', onBatchEnd: () => void (steps += 1) };
  const callbacks = [counter, stopAt({ metric: 'loss', most: 1e9 })];
  using trainer = new Trainer({
    ...{ model, optimizer: lion({ learningRate: 1e-3 }), loss: generalizedCrossEntropy(), metrics: [topClasses({ k: 2 })], callbacks },
  });
  const { epochs, stopped } = await trainer.fit(source, { epochs: 3 });
  console.log(JSON.stringify({ steps, stopped, names: Object.keys(epochs[0]!.metrics) }));
}

void main();
`;

it('has an example of every extension point, which type-check and train outside of the repository', async () => {
  expect([...scripts.keys()]).toEqual([
    ...['top-classes.ts', 'stop-at.ts', 'generalized-cross-entropy.ts', 'inverse-time-decay.ts', 'lion.ts'],
    ...['centralize.ts', 'random-square.ts', 'memory-source.ts', 'train.ts'],
  ]);
  const videos = JSON.stringify(await writeTinyVideos(folder));
  const weights = JSON.stringify(await writeTinyBackbone(folder));
  const train = replaced(scripts.get('train.ts') ?? '', {
    '224, frames: 8, every: { frames: 15 }': '32, frames: 4, every: { frames: 2 }',
    "'videos/ucf101', {": `${videos}, { batchSize: 4,`,
    "'weights/ckpt-1'": weights,
    'epochs: 2,': 'epochs: 1,',
  });
  const project = new PackageProject(folder);
  project.write({
    ...Object.fromEntries(scripts),
    ...{ 'train.ts': train, 'on-memory.ts': ON_MEMORY.replace('WEIGHTS', weights), 'tsconfig.json': TSCONFIG },
  });

  const { status, stdout } = project.tool('typescript/bin/tsc');
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });

  const tsNode = join(repository, 'node_modules', 'ts-node', 'register');
  const onVideos = project.node('-r', tsNode, 'train.ts');
  expect(onVideos).toMatchObject({ status: 0, stderr: '' });
  const metrics = JSON.parse(onVideos.stdout) as Record<string, number>;
  expect(Object.keys(metrics).sort()).toEqual(
    ['loss', 'accuracy', 'top_2'].flatMap((name) => [name, `val_${name}`]).sort(),
  );
  // Of two classes the true one is always among the two likeliest.
  expect([metrics['top_2'], metrics['val_top_2']]).toEqual([1, 1]);
  expect(metrics['loss']).toBeGreaterThan(0);

  const onMemory = project.node('-r', tsNode, 'on-memory.ts');
  expect(onMemory).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(onMemory.stdout)).toEqual({
    steps: 2,
    stopped: 'loss is at most 1000000000',
    names: ['loss', 'top_2'],
  });
}, 300_000);
