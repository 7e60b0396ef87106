import { UsageError } from '../base/errors';
import type { Architecture, Stage } from '../movinet/architecture';

/**
 * `head`: the classifier head alone; `all`; or the name of a stage (`stem`, `block0` …, `projection`: the backbone's last layer), which learns with
 * everything after it.
 */
export type Unfreeze = 'head' | 'all' | (string & {});

/** Which stages learn. Throws {@link UsageError} for a stage that the network does not have. */
export function stagesToTrain(architecture: Architecture, unfreeze: Unfreeze): (stage: Stage) => boolean {
  const stages = [...new Set(architecture.parameters.map(({ stage }) => stage))];
  if (unfreeze === 'all') return () => true;
  if (unfreeze === 'head') return (stage) => stage === 'classifier_head';
  // The network calls its last projection `head`, a word that users have for the classifier.
  const names = stages.map((stage) => (stage === 'head' ? 'projection' : stage));
  const first = names.indexOf(unfreeze);
  if (first < 0) {
    throw new UsageError(
      `Unknown stage "${unfreeze}" to unfreeze; expected all, head, or one of ${names.slice(0, -1).join(', ')}`,
    );
  }
  const learning = new Set(stages.slice(first));
  return (stage) => learning.has(stage);
}
