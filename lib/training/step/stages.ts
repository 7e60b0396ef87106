import { isRecord } from '../../base/check-options';
import { UsageError } from '../../base/errors';
import { shown } from '../../base/shown';
import type { Architecture, Stage } from '../../movinet/architecture';

/**
 * `head`: the classifier head alone; `all`; or the name of a stage (`stem`, `block0` …, `projection`: the backbone's last layer), which learns with
 * everything after it.
 */
export type Unfreeze = 'head' | 'all' | (string & {});

/**
 * Factors of the learning rate by stages: a number is that of each stage to the one above it (0.5: the stage below the head learns at half its rate, the next one at a
 * quarter …); by names (`block4`, `projection`, `classifier_head`) each stage has its own, and 1 where it has none.
 */
export type StageRates = number | Readonly<Record<string, number>>;

/** From the input on, with the names that users have for them. */
function stagesOf(architecture: Architecture): {
  readonly stages: readonly Stage[];
  readonly names: readonly string[];
} {
  const stages = [...new Set(architecture.parameters.map(({ stage }) => stage))];
  // The network calls its last projection `head`, a word that users have for the classifier.
  return { stages, names: stages.map((stage) => (stage === 'head' ? 'projection' : stage)) };
}

/** The factor of each stage's learning rate. Throws {@link UsageError} for a stage that the network does not have, and for what is no factor. */
export function stageFactors(architecture: Architecture, rates: StageRates): (stage: Stage) => number {
  const { stages, names } = stagesOf(architecture);
  const checked = (factor: unknown, of: string): number => {
    if (typeof factor === 'number' && Number.isFinite(factor) && factor >= 0) return factor;
    throw new UsageError(`${of} must be a number of at least 0, got ${shown(factor)}`, { option: 'stageRates' });
  };
  const factorOf = (name: string, depth: number): number =>
    typeof rates === 'number' ? rates ** depth : Object.hasOwn(rates, name) ? (rates[name] as number) : 1;
  if (isRecord(rates)) {
    for (const [name, factor] of Object.entries(rates)) {
      if (!names.includes(name))
        throw new UsageError(`Unknown stage "${name}" in stageRates; expected some of ${names.join(', ')}`, {
          option: 'stageRates',
        });
      checked(factor, `stageRates: ${name}`);
    }
  } else checked(rates, 'stageRates');
  const factors = new Map(stages.map((stage, i) => [stage, factorOf(names[i] as string, stages.length - 1 - i)]));
  return (stage) => factors.get(stage) ?? 1;
}

/** The stages that learn, by the names that `unfreeze` takes, from the lowest to the head. Throws {@link UsageError} for a stage that the network does not have. */
export function learningStages(architecture: Architecture, unfreeze: Unfreeze): readonly string[] {
  const learns = stagesToTrain(architecture, unfreeze);
  const { stages, names } = stagesOf(architecture);
  return names.filter((_, i) => learns(stages[i] as Stage));
}

/** Which stages learn. Throws {@link UsageError} for a stage that the network does not have. */
export function stagesToTrain(architecture: Architecture, unfreeze: Unfreeze): (stage: Stage) => boolean {
  if (unfreeze === 'all') return () => true;
  if (unfreeze === 'head') return (stage) => stage === 'classifier_head';
  const { stages, names } = stagesOf(architecture);
  const first = names.indexOf(unfreeze);
  if (first < 0) {
    throw new UsageError(
      `Unknown stage "${unfreeze}" to unfreeze; expected all, head, or one of ${names.slice(0, -1).join(', ')}`,
    );
  }
  const learning = new Set(stages.slice(first));
  return (stage) => learning.has(stage);
}
