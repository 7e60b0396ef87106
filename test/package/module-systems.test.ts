import { join } from 'node:path';
import { writeTinyBackbone, writeTinyVideos } from '../cli/support/tiny-material';
import { suiteFolder } from '../support/suite-folder';
import { PackageProject } from './support/installed-package';

const { path: folder } = suiteFolder();
let project: PackageProject;

/** Two steps and a prediction, whatever the module system. */
const body = (videos: string, weights: string): string => `
async function main() {
  const { train, test, classes } = await loadVideoDataset(${JSON.stringify(videos)}, { size: 32, frames: 4, frameStep: 2, batchSize: 2 });
  const model = await createClassifier({ model: 'a0-stream-relu6', weights: ${JSON.stringify(weights)}, classes, clip: train.clip });
  const trainer = new Trainer({ model, optimizer: adam({ learningRate: 1e-3 }), metrics: ['accuracy'] });
  let steps = 0;
  const { epochs } = await trainer.fit(train, { maxSteps: 2, validation: test });
  const clips = await trainer.predict(test);
  trainer.dispose();
  try {
    await createClassifier({ model: 'a0-stream-relu6', weights: 'nowhere/ckpt-1', classes });
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    steps = trainer.state.step;
  }
  console.log(JSON.stringify({ steps, epochs: epochs.length, sum: clips[0].probabilities.reduce((a, b) => a + b, 0) }));
}
`;
const NAMES = 'CheckpointError, Trainer, adam, createClassifier, loadVideoDataset';

beforeAll(async () => {
  project = new PackageProject(folder);
  const script = body(await writeTinyVideos(folder), await writeTinyBackbone(folder));
  const typed = script.replace('clips[0].', 'clips[0]!.');
  project.write({
    'commonjs.cjs': `const { ${NAMES} } = require('movinet-native');\n${script}\nmain();\n`,
    'module.mjs': `import { ${NAMES} } from 'movinet-native';\n${script}\nawait main();\n`,
    'typed-commonjs.cts': `import { ${NAMES} } from 'movinet-native';\n${typed}\nvoid main();\n`,
    'typed-module.mts': `import { ${NAMES} } from 'movinet-native';\nimport { singleLabel } from 'movinet-native/extend';\nsingleLabel(['a', 'b']);\n${typed}\nawait main();\n`,
    'one-class.mjs': `import { createRequire } from 'node:module';\nimport * as module from 'movinet-native';\nconst common = createRequire(import.meta.url)('movinet-native');\nconst names = Object.keys(common).filter((name) => name !== '__esModule');\nconsole.log(JSON.stringify({ names: names.length, others: names.filter((name) => common[name] !== module[name]) }));\n`,
  });
}, 180_000);

function expectTrained(name: string): void {
  const { status, stdout, stderr } = project.node(name);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { steps, epochs, sum } = JSON.parse(stdout) as { steps: number; epochs: number; sum: number };
  expect({ steps, epochs }).toEqual({ steps: 2, epochs: expect.any(Number) as number });
  expect(sum).toBeCloseTo(1, 5);
}

it.each(['commonjs.cjs', 'module.mjs'])('trains and predicts as %s', expectTrained);

it('is one library, however it is imported', () => {
  const { names, others } = JSON.parse(project.node('one-class.mjs').stdout) as { names: number; others: string[] };
  expect(names).toBeGreaterThan(100);
  expect(others).toEqual([]);
});

const STRICT = {
  ...{ target: 'es2022', strict: true, skipLibCheck: false, types: ['node'], noUncheckedIndexedAccess: true },
  ...{ exactOptionalPropertyTypes: true, outDir: 'out', rootDir: '.' },
};

it.each([
  ['node16', ['typed-commonjs.cts', 'typed-module.mts']],
  ['nodenext', ['typed-commonjs.cts', 'typed-module.mts']],
  ['bundler', ['typed-module.mts']],
])(
  'type-checks as TypeScript with %s, and what it compiles to runs',
  (resolution, files) => {
    const module = resolution === 'bundler' ? 'esnext' : resolution;
    const compilerOptions = { ...STRICT, module, moduleResolution: resolution, lib: ['es2022', 'esnext.disposable'] };
    project.write({ 'tsconfig.json': JSON.stringify({ compilerOptions, files }) });
    const { status, stdout } = project.tool('typescript/bin/tsc');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    for (const file of files) expectTrained(join('out', file.replace(/ts$/, 'js')));
  },
  120_000,
);
