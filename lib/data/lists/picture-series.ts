import { byCodeUnits } from '../../base/sort';

/** Series that are named. */
const NAMED = 5;

/**
 * Why pictures are not the frames of one clip: their names, without numbers, are several, as those of optical flow beside its frames are. Undefined where there is
 * one series, or where no name has a number.
 */
export function seriesFault(names: readonly string[]): string | undefined {
  const stems = names.map((name) => name.replace(/\.[^.]*$/, '').toLowerCase());
  if (!stems.some((stem) => /\d/.test(stem))) return undefined;
  const series = new Set(stems.map((stem) => stem.replaceAll(/\d+/g, '')));
  if (series.size < 2) return undefined;
  const shown = [...series].sort(byCodeUnits).map((stem) => stem.replaceAll(/^[\W_]+|[\W_]+$/g, '') || 'plain numbers');
  const more = shown.length > NAMED ? ` and ${shown.length - NAMED} more` : '';
  return `it holds several series of pictures, ${shown.slice(0, NAMED).join(', ')}${more}: keep one, in a folder of its own`;
}
