import { DEFAULT_THRESHOLD, labelsAbove, predictedClasses, type Task } from '../base/task';
import { Turn } from '../base/turn';
import { macroScores } from '../metrics/class-scores';
import type { ConfusionMatrix } from '../metrics/confusion-matrix';
import {
  type ClassAveragePrecision,
  readAveragePrecision,
  readConfusion,
  readPerClass,
  readReliability,
  type ReliabilityBin,
} from '../metrics/details';
import type { ClassifiedClip, Evaluation } from '../metrics/evaluation';
import type { History } from '../metrics/history/history';
import type { LabelScores } from '../metrics/label-scores';
import { measureClips, reportMetrics } from '../metrics/report-metrics';
import type { ClipStrip } from './clip-strip';
import { type LabelPrediction, worstLabelMistakes } from './label-predictions';
import { partName, type PredictedPart, type Prediction, worstMistakes } from './predictions';

/** Everything a run hands over to be written; what a run that ended early has not made is absent. */
export interface RunResults {
  readonly history: History;
  readonly confusionMatrix?: ConfusionMatrix;
  /** How sure the predictions were, and how often right. */
  readonly reliability?: readonly ReliabilityBin[];
  readonly predictions?: readonly Prediction[];
  /** Of a multi-label task, in place of the others. */
  readonly labels?: LabelResults;
  /** Frames of clips whose prediction was wrong, as far as they could be read. */
  readonly strips?: readonly ClipStrip[];
  /** The options of the history's configuration that are not the defaults. Default: not known. */
  readonly changed?: readonly string[];
}

export interface LabelResults {
  readonly scores: LabelScores;
  /** How well each class ranks the clips, whatever the threshold. */
  readonly averagePrecision: readonly ClassAveragePrecision[];
  readonly predictions: readonly LabelPrediction[];
}

/** What a history keeps of an evaluation. */
export function evaluationRecord({ metrics, details }: Evaluation): NonNullable<History['evaluate']> {
  return { metrics: { ...metrics }, ...(Object.keys(details).length > 0 && { details: { ...details } }) };
}

/** What the reports make of an evaluation. */
export type EvaluationResults = Omit<RunResults, 'history' | 'strips' | 'changed'>;

/** So many mistakes a page shows. */
export const MOST_MISTAKES = 20;

/** The clips of the mistakes that a page shows, each once. */
export function mistakenParts({ predictions = [], labels }: EvaluationResults): readonly PredictedPart[] {
  const mistakes: readonly PredictedPart[] = labels
    ? worstLabelMistakes(labels.predictions, MOST_MISTAKES)
    : worstMistakes(predictions, MOST_MISTAKES);
  return [
    ...new Map(
      mistakes.map(({ file, span }) => [partName({ file, ...(span && { span }) }), { file, ...(span && { span }) }]),
    ).values(),
  ];
}

/** Clips that are named between two looks at the clock. */
const CHUNK = 256;

/**
 * What an evaluation found, as the reports take it: the confusion matrix, the reliability curve and the predictions, or of a multi-label task the scores of its classes and
 * the predictions, decided by `threshold` (default 0.5); whatever metrics it was asked for. Worked out in turns of the event loop.
 */
export async function evaluationResults(
  { clips }: Pick<Evaluation, 'clips'>,
  task: Task,
  threshold: number = DEFAULT_THRESHOLD,
): Promise<EvaluationResults> {
  const { kind, classes } = task;
  const measured = await measureClips(clips, reportMetrics(task, threshold), task);
  const details = measured.details();
  if (kind === 'multi-label') {
    const perClass = readPerClass(details) ?? [];
    const scores = {
      ...{ classes: [...classes], threshold, total: clips.length, perClass, macro: macroScores(perClass) },
      accuracy: clips.length === 0 ? 0 : (measured.results()['accuracy'] as number),
    };
    const averagePrecision = readAveragePrecision(details) ?? [];
    return {
      labels: { scores, averagePrecision, predictions: await inTurns(clips, (clip) => labelPrediction(clip, scores)) },
    };
  }
  const confusionMatrix = readConfusion(details);
  const reliability = readReliability(details);
  return {
    ...(confusionMatrix && { confusionMatrix }),
    ...(reliability && { reliability }),
    predictions: await inTurns(clips, (clip) => prediction(clip, classes)),
  };
}

async function inTurns<From, To>(items: readonly From[], each: (item: From) => To): Promise<To[]> {
  const turn = new Turn();
  const all: To[] = [];
  for (let begin = 0; begin < items.length; begin += CHUNK) {
    for (const item of items.slice(begin, begin + CHUNK)) all.push(each(item));
    if (turn.over) await turn.next();
  }
  return all;
}

const partOf = ({ file, span }: ClassifiedClip): PredictedPart => ({ file, ...(span && { span }) });

function prediction(clip: ClassifiedClip, classes: readonly string[]): Prediction {
  const { target, probabilities } = clip;
  const predicted = predictedClasses(probabilities, 1)[0] as number;
  return {
    ...partOf(clip),
    trueClass: classes[target[0] as number] as string,
    predictedClass: classes[predicted] as string,
    probability: probabilities[predicted] as number,
  };
}

function labelPrediction(clip: ClassifiedClip, { classes, threshold }: LabelScores): LabelPrediction {
  const { target, probabilities } = clip;
  const predicted = labelsAbove(probabilities, threshold);
  const name = (label: number): string => classes[label] as string;
  const decided = (label: number) => ({ class: name(label), probability: probabilities[label] as number });
  return {
    ...partOf(clip),
    trueClasses: target.map(name),
    predicted: predicted.map(decided),
    missed: target.filter((label) => !predicted.includes(label)).map(decided),
  };
}
