import type { DatasetPart } from '../../row';
import type { ClassNames } from './class-names';
import { BadRow } from '../bad-row';

const NAMES: Readonly<Record<DatasetPart, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['val', 'valid', 'validate', 'validation', 'dev'],
  test: ['test', 'testing'],
};
const PARTS: ReadonlyMap<string, DatasetPart> = new Map(
  (['train', 'validation', 'test'] as const).flatMap((part) => NAMES[part].map((name) => [name, part] as const)),
);

/** `train`, `training`, `val`, `valid`, `validate`, `validation`, `dev`, `test` or `testing`, in any case; undefined for anything else. */
export const partNamed = (text: string): DatasetPart | undefined => PARTS.get(text.toLowerCase());

export function parsePart(text: string): DatasetPart {
  const part = partNamed(text);
  if (part !== undefined) return part;
  if (text === '') throw new BadRow('it has no split value, and other rows have');
  const hint = /^\d+$/.test(text) ? '; of other columns a header must tell, such as path frames label' : '';
  throw new BadRow(`unknown split value "${text}": train, val or test is expected${hint}`);
}

/** Seconds; undefined where both cells are empty. */
export function parseSpan(start: string, end: string): readonly [from: number, to: number] | undefined {
  if (start === '' && end === '') return undefined;
  if (start === '' || end === '')
    throw new BadRow(`it has ${start === '' ? 'an end and no start' : 'a start and no end'}: give both, or neither`);
  const from = seconds(start, 'start');
  const to = seconds(end, 'end');
  if (to <= from) throw new BadRow(`its end, ${end} s, is not after its start, ${start} s`);
  return [from, to];
}

/** What the loss of a clip is multiplied by; undefined for an empty cell. */
export function parseWeight(text: string): number | undefined {
  if (text === '') return undefined;
  const weight = numberIn(text);
  if (!Number.isFinite(weight)) throw new BadRow(`its weight, "${text}", is no number`);
  if (weight < 0) throw new BadRow(`its weight, ${text}, is negative`);
  return weight;
}

const numberIn = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;

function seconds(text: string, what: string): number {
  const value = numberIn(text);
  if (!Number.isFinite(value)) throw new BadRow(`its ${what}, "${text}", is no number of seconds`);
  if (value < 0) throw new BadRow(`its ${what}, ${text} s, is negative`);
  return value;
}

/** Reads the cells of labels, of which there are few different ones: `run`, `3`, `run|jump`, or nothing for no class. */
export function labelCells(names: ClassNames | undefined): (cell: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (cell) => {
    const before = known.get(cell);
    if (before !== undefined) return before;
    const labels = cell === '' ? [] : cell.split('|').map((label) => oneLabel(label.trim().normalize('NFC'), names));
    const twice = labels.find((label, i) => labels.indexOf(label) < i);
    if (twice !== undefined) throw new BadRow(`it has the label "${twice}" twice`);
    known.set(cell, labels);
    return labels;
  };
}

function oneLabel(label: string, names: ClassNames | undefined): string {
  if (label === '') throw new BadRow('it has an empty label between its |');
  if (names !== undefined) return names.resolve(label);
  if (/^-\d+$/.test(label)) throw new BadRow(`its label ${label} is no class: numbers of classes begin at 0`);
  return label;
}

/** A path as a list has it. Throws {@link BadRow} for what can be no path here. */
export function checkPath(path: string): string {
  if (path === '') throw new BadRow('it has no path');
  if (path.includes('\0')) throw new BadRow('its path has a character that no path can have');
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(path))
    throw new BadRow(`${path} is an address: fetch the video first and give its path`);
  if (/^[a-z]:[\\/]/i.test(path))
    throw new BadRow(
      `${path} is a path of Windows: write it from the folder of the videos on, and give that as \`videos\``,
    );
  return path;
}
