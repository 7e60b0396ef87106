import type { Weights } from '../../lib/graph/weights';
import { RunProfile } from '../../lib/runtime/run-profile';
import type { SessionConfig } from '../../lib/runtime/session-config';
import { batchOf, largestDifference, openProgram } from '../training/support/step-programs';

interface Compiled {
  readonly variables: Weights;
  readonly logits: Float32Array;
  /** Parts of the graph that were compiled, over the runs. */
  readonly parts: number;
}

/** Two steps of the head, by features, and the logits of clips after them: those of a whole network take a minute or more to compile. */
async function trainAndClassify(config: SessionConfig): Promise<Compiled> {
  const profile = new RunProfile(0, 100);
  const { program } = await openProgram({ session: { cpuOnly: true, ...config, profile } });
  using owned = program;
  using features = batchOf([0, 1, 2]);
  for (let step = 0; step < 2; step++) await owned.trainBatch(features);
  using clips = batchOf([0, 1, 2], 'clips');
  const { logits } = await owned.evaluate(clips.inputs);
  const parts = profile.chromeTrace().match(/"name":"_XlaRun"/g)?.length ?? 0;
  return { variables: await owned.readAll(), logits, parts };
}

it('compiles parts of training and inference, which changes numbers by their rounding', async () => {
  const [plain, compiled] = [await trainAndClassify({}), await trainAndClassify({ xla: true })];
  expect(plain.parts).toBe(0);
  expect(compiled.parts).toBeGreaterThan(0);
  expect(largestDifference(plain.variables, compiled.variables)).toBeLessThan(1e-4);
  plain.logits.forEach((value, i) => expect(Math.abs(value - (compiled.logits[i] as number))).toBeLessThan(1e-4));
});
