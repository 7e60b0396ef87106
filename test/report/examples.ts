import type { LabelResults } from '../../lib/report/results';
import { buildConfusionMatrix, type ConfusionMatrix } from '../../lib/metrics/confusion-matrix';
import type { EpochRecord, History } from '../../lib/metrics/history/history';
import { scoreLabels } from '../../lib/metrics/label-scores';
import { chosenMetrics } from '../../lib/metrics/meters';
import { shownMetrics } from '../../lib/metrics/shown';

/** Names that XML, CSV and HTML have to treat with care. */
export const AWKWARD_NAMES = ['cat & <dog>', '"quoted", it\'s', 'naïve Über', '</svg><script>alert(1)</script>'];

/** `size` classes with `size * 7` clips, most of them right, the others taken for the next class. */
export function exampleMatrix(size: number, names?: readonly string[]): ConfusionMatrix {
  const classes = names ?? Array.from({ length: size }, (_, index) => `PlayingTheInstrument${index}`);
  const pairs = Array.from({ length: size * 7 }, (_, index): [number, number] => {
    const truth = index % size;
    return [truth, index % 5 === 0 ? (truth + 1) % size : truth];
  });
  return buildConfusionMatrix(pairs, classes);
}

/** Two clips of two classes: in one all is right, in the other a class is missed and the other one wrongly given. */
export function exampleLabels(): LabelResults {
  const clips = [
    { target: [0, 1], probabilities: Float32Array.of(0.75, 0.875) },
    { target: [0], probabilities: Float32Array.of(0.125, 0.625) },
  ];
  const [run, jump] = ['run', 'jump'];
  return {
    scores: scoreLabels(clips, [run, jump]),
    averagePrecision: [
      { class: run, support: 2, averagePrecision: 1 },
      { class: jump, support: 1, averagePrecision: 1 },
    ],
    predictions: [
      {
        ...{ file: 'one.avi', trueClasses: [run, jump], missed: [] },
        predicted: [
          { class: run, probability: 0.75 },
          { class: jump, probability: 0.875 },
        ],
      },
      {
        ...{ file: 'other.avi', trueClasses: [run] },
        predicted: [{ class: jump, probability: 0.625 }],
        missed: [{ class: run, probability: 0.125 }],
      },
    ],
  };
}

export function exampleEpochs(count: number): EpochRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    epoch: index + 1,
    step: 3 * (index + 1),
    seconds: 1.5,
    metrics: {
      loss: 2 / (index + 1),
      accuracy: 1 - 0.5 / (index + 1),
      val_loss: 2.2 / (index + 1),
      val_accuracy: 1 - 0.6 / (index + 1),
    },
  }));
}

export function exampleHistory(epochs = 2, classes: readonly string[] = ['a', 'b']): History {
  return {
    epochs: exampleEpochs(epochs),
    evaluate: { metrics: { loss: 0.107, accuracy: 0.976 } },
    metrics: shownMetrics(chosenMetrics()),
    classes: [...classes],
    config: { model: 'a0-stream-relu6', frames: 8, augment: { flip: true } },
  };
}

/** The text content of every `<text>` element, without tooltips, unescaped. */
export function textsOf(svg: string): string[] {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  return [...svg.matchAll(/<text[^>]*>(?:<title>[^<]*<\/title>)?([^<]*)<\/text>/g)].map((match) =>
    (match[1] ?? '').replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity),
  );
}
