import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MovinetError } from '../../lib/base/errors';

const NAMES = '{ Trainer, createClassifier, loadVideoDataset }';

/** A user's script that trains two steps and predicts four videos. */
function trialScript(kind: 'cjs' | 'mjs', videos: string, weights: string): string {
  const load =
    kind === 'cjs' ? `const ${NAMES} = require('movinet-native');` : `import ${NAMES} from 'movinet-native';`;
  return `${load}
async function main() {
  const { train, test, classes } = await loadVideoDataset(${JSON.stringify(videos)}, { size: 32, frames: 4, frameStep: 2, batchSize: 2 });
  const model = await createClassifier({ model: 'a0-stream-relu6', weights: ${JSON.stringify(weights)}, classes, clip: train.clip });
  const trainer = new Trainer({ model });
  await trainer.fit(train, { maxSteps: 2 });
  const clips = await trainer.predict(test);
  console.log(trainer.state.step, clips.length);
  trainer.dispose();
}
main();
`;
}

const KINDS = ['cjs', 'mjs'] as const;
/** Steps, and videos that were predicted. */
const PRINTED = '2 4';

/** Writes a script for each module system into a project. `videos`, `weights`: paths from there. */
export function writeTrials(project: string, videos: string, weights: string): void {
  for (const kind of KINDS) writeFileSync(join(project, `trial.${kind}`), trialScript(kind, videos, weights));
}

/** Runs them. `run`: what the script of that name prints. Throws {@link MovinetError} where it is not what it should be. */
export function runTrials(run: (file: string) => string): void {
  for (const kind of KINDS) {
    const printed = run(`trial.${kind}`).trim();
    if (printed !== PRINTED) throw new MovinetError(`trial.${kind} printed ${printed}, expected ${PRINTED}`);
  }
}
