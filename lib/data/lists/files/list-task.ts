import { basename } from 'node:path';
import { DatasetError } from '../../../base/errors';
import { byCodeUnits } from '../../../base/sort';
import type { Target, Task } from '../../../base/task';
import type { Turn } from '../../../base/turn';
import type { ListContext, ListOptions } from '../video-list';
import { type ListContent, type ListEntry, whereIs } from './entry';
import type { LocatedEntry } from './finding/video-finder';

export interface ListTask {
  readonly task: Task;
  /** Undefined where a lenient reading leaves a row out. */
  readonly targetOf: (entry: ListEntry) => Target | undefined;
  readonly notes: readonly string[];
}

/**
 * What a list tells of its clips: its classes in the order of their numbers or else of their names, or in the model's order.
 *
 * @throws DatasetError for a class that the model lacks, for rows that do not fit the model's kind of task, and for fewer than two classes without a model.
 */
export async function taskOfList(
  kept: readonly LocatedEntry[],
  content: ListContent,
  options: ListOptions,
  context: ListContext,
  turn: Turn,
): Promise<ListTask> {
  const used = new Map<string, ListEntry>();
  for (const { entry } of kept) {
    for (const label of entry.labels) if (!used.has(label)) used.set(label, entry);
    if (turn.over) await turn.next();
  }
  const { multiLabel } = options;
  const { task: model, lenient = false } = context;
  const several = severalLabels(content.entries);
  const multi = isMultiLabel(content.entries, options, context);
  if (model !== undefined && !lenient) checkKind(content.path, model, multi, several);
  const notes: string[] = [];
  if (multi && multiLabel === undefined && model === undefined && several !== undefined)
    notes.push(`clips may have any number of classes: ${whereIs(several)} has ${several.labels.length}`);
  const numbered = content.names === undefined && [...used.keys()].every((label) => /^\d+$/.test(label));
  const nameOf = numbered ? (label: string) => String(Number(label)) : (label: string) => label;
  const found = [...new Set([...used.keys()].map(nameOf))];
  const classes = model === undefined ? inOrder(found, content, numbered) : model.classes;
  if (model === undefined && classes.length < 2)
    throw new DatasetError(
      `${content.path} has ${classes.length === 1 ? `clips of one class, "${classes[0]}"` : 'no clip of any class'}: two classes at least are needed`,
    );
  const indices = new Map(classes.map((name, index) => [name.normalize('NFC'), index]));
  const unknown: string[] = [];
  for (const [label, entry] of used) {
    if (indices.has(nameOf(label))) continue;
    if (!lenient) throw unknownClass(label, entry, classes, content.names === undefined && numbered);
    unknown.push(label);
  }
  if (unknown.length > 0) notes.push(`labels of no class of the model, left out: ${firstOf(unknown)}`);
  notes.push(...(await withoutClips(content, found, nameOf, turn)));
  const targets = new Map<readonly string[], Target>();
  const targetOf = ({ labels }: ListEntry): Target | undefined => {
    const before = targets.get(labels);
    if (before !== undefined) return before;
    const known = labels.flatMap((label) => indices.get(nameOf(label)) ?? []);
    if (known.length === 0 && labels.length > 0) return undefined;
    const target = [...new Set(known)].sort((a, b) => a - b);
    targets.set(labels, target);
    return target;
  };
  return { task: { kind: multi ? 'multi-label' : 'single-label', classes }, targetOf, notes };
}

/** Whether clips have any number of classes: as the user says; else where the model's have, or a row has several labels. An empty cell is a slip more often. */
export function isMultiLabel(
  entries: readonly ListEntry[],
  { multiLabel }: ListOptions,
  { task: model, lenient }: ListContext,
): boolean {
  if (lenient && model !== undefined) return model.kind === 'multi-label';
  return multiLabel ?? (model?.kind === 'multi-label' || severalLabels(entries) !== undefined);
}

const severalLabels = (entries: readonly ListEntry[]): ListEntry | undefined =>
  entries.find(({ labels }) => labels.length > 1);

function inOrder(found: readonly string[], { names }: ListContent, numbered: boolean): readonly string[] {
  if (names !== undefined) {
    const present = new Set(found);
    return names.names.filter((name) => present.has(name));
  }
  return [...found].sort(numbered ? (a, b) => Number(a) - Number(b) : byCodeUnits);
}

function checkKind(path: string, model: Task, multi: boolean, several: ListEntry | undefined): void {
  if (model.kind === 'single-label' && multi)
    throw new DatasetError(
      several === undefined
        ? `${path}: any number of classes for each clip was asked for, and the model has one class for each`
        : `${whereIs(several)}: it has ${several.labels.length} of the classes, and the model has one class for each clip`,
    );
  if (model.kind === 'multi-label' && !multi)
    throw new DatasetError(
      `${path}: one class for each clip was asked for, and the model has any number of classes for each`,
    );
}

function unknownClass(label: string, entry: ListEntry, classes: readonly string[], numbered: boolean): DatasetError {
  const some = classes.slice(0, 10).join(', ') + (classes.length > 10 ? `, … (${classes.length} in all)` : '');
  const hint = numbered ? '; a file that gives the numbers names goes with `labels`' : '';
  return new DatasetError(`${whereIs(entry)}: class "${label}" is none of the model's, which are ${some}${hint}`);
}

const firstOf = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? `, … (${names.length} in all)` : '');

/** Classes that the list or its file of names has, and no clip that is there. */
async function withoutClips(
  { names, entries }: ListContent,
  found: readonly string[],
  nameOf: (label: string) => string,
  turn: Turn,
): Promise<string[]> {
  const listed = new Set<string>(names?.names);
  for (const { labels } of names === undefined ? entries : []) {
    for (const label of labels) listed.add(label);
    if (turn.over) await turn.next();
  }
  const present = new Set(found);
  const absent = [...new Set([...listed].map(nameOf))].filter((name) => !present.has(name));
  if (absent.length === 0) return [];
  const what = absent.length === 1 ? 'a class has no clip and is' : 'classes have no clip and are';
  return [`${names === undefined ? '' : `${basename(names.file)}: `}${what} left out: ${firstOf(absent)}`];
}
