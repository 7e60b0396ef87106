const NAMES = '{ Trainer, createClassifier, loadVideoDataset }';

/** A script of a user that trains two steps and predicts four videos, and prints `2 4`. `videos`, `weights`: paths from the working directory. */
export function trialScript(kind: 'cjs' | 'mjs', videos: string, weights: string): string {
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
