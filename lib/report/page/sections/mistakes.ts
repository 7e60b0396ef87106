import { percent } from '../../../metrics/shown';
import { type LabelPrediction, worstLabelMistakes } from '../../label-predictions';
import type { ClipStrip } from '../../clip-strip';
import { partName, type PredictedPart, type Prediction, worstMistakes } from '../../predictions';
import { MOST_MISTAKES } from '../../results';
import { element, escapeXml } from '../../svg/markup';
import { muted, section, type Section } from '../parts';

/** Bytes of all strips together: a page is to be mailed. */
const MOST_STRIP_BYTES = 4e6;

/** Wrong predictions with the frames that the model saw, as far as there are any of them. */
export function mistakesSection(predictions: readonly Prediction[], strips: readonly ClipStrip[] = []): Section {
  const mistakes = worstMistakes(predictions, MOST_MISTAKES).map((one) => ({
    ...one,
    told:
      element('span', { class: 'wrong' }, escapeXml(one.predictedClass)) +
      ` at ${percent(one.probability)}, truly ` +
      element('span', { class: 'right' }, escapeXml(one.trueClass)),
  }));
  return listed(mistakes, strips, {
    note: 'Wrong predictions, the surest first. All predictions are in predictions.csv.',
    none: predictions.length === 0 ? 'No clip was evaluated.' : 'None: every clip was recognised.',
  });
}

/** Wrong decisions of a multi-label task, in the same way. */
export function labelMistakesSection(
  predictions: readonly LabelPrediction[],
  strips: readonly ClipStrip[] = [],
): Section {
  const mistakes = worstLabelMistakes(predictions, MOST_MISTAKES).map((one) => ({
    ...one,
    told: `${element('span', { class: 'wrong' }, escapeXml(one.class))} was ${one.kind}, at ${percent(one.probability)}`,
  }));
  return listed(mistakes, strips, {
    note: 'Wrong decisions, the surest first. All predictions are in predictions.csv.',
    none: predictions.length === 0 ? 'No clip was evaluated.' : 'None: every class of every clip was recognised.',
  });
}

/** `told`: HTML. */
type Mistake = PredictedPart & { readonly told: string };

function listed(
  mistakes: readonly Mistake[],
  strips: readonly ClipStrip[],
  { note, none }: { readonly note: string; readonly none: string },
): Section {
  const heading = 'Worst mistakes';
  if (mistakes.length === 0) return section(heading, muted(none));
  let bytes = 0;
  const byPart = new Map(strips.map((strip) => [partName(strip), strip]));
  const items = mistakes.map((mistake) => {
    const strip = byPart.get(partName(mistake));
    bytes += strip?.png.length ?? 0;
    const picture = strip === undefined || bytes > MOST_STRIP_BYTES ? '' : pictureOf(strip);
    const file = element('p', { class: 'path muted' }, escapeXml(partName(mistake)));
    return element('li', {}, picture, element('p', {}, mistake.told), file);
  });
  return section(heading, muted(note), element('ol', { class: 'mistakes' }, ...items));
}

function pictureOf({ png, width, height, frames, file }: ClipStrip): string {
  const src = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return element('img', { src, width, height, alt: `${frames} frames of ${file}` });
}
