import { DatasetError } from '../../../base/errors';
import { byCodeUnits, sortInTurns } from '../../../base/sort';
import type { Task, TaskKind } from '../../../base/task';
import type { Turn } from '../../../base/turn';
import { type DatasetPart, labelOf } from '../row';
import type { ListedRow } from '../video-list';
import type { ClassClips } from './class-clips';
import { composed } from './disk-names';
import type { ClassFolder } from './layout';

/** The classes that a model knows, by the names of their folders. Where it knows one name in two spellings, the folder's own goes first. */
export class KnownClasses {
  private readonly exact: ReadonlyMap<string, number>;
  private readonly byComposed = new Map<string, number>();

  constructor(readonly classes: readonly string[]) {
    this.exact = new Map(classes.map((name, label) => [name, label]));
    for (const [label, name] of classes.entries())
      if (!this.byComposed.has(composed(name))) this.byComposed.set(composed(name), label);
  }

  labelOf(folder: string): number | undefined {
    return this.exact.get(folder) ?? this.byComposed.get(composed(folder));
  }
}

/** A class folder and what was found in it. */
export interface FoundFolder extends ClassClips {
  readonly folder: ClassFolder;
}

export interface LabelledFolder extends FoundFolder {
  readonly label: number;
}

/** The names of the classes, sorted. */
export function classesOf(found: readonly FoundFolder[]): string[] {
  return [...new Set(found.map(({ folder }) => composed(folder.name)))].sort(byCodeUnits);
}

/** Gives folders their labels: a model's, else by the order of the names. Throws a DatasetError for a class that the model lacks. */
export function labelFolders(found: readonly FoundFolder[], known: KnownClasses | undefined): LabelledFolder[] {
  const names = known ?? new KnownClasses(classesOf(found));
  return found.map((ofFolder) => {
    const { name, path } = ofFolder.folder;
    const label = names.labelOf(name);
    if (label !== undefined) return { ...ofFolder, label };
    const { classes } = names;
    const some = classes.slice(0, 10).join(', ') + (classes.length > 10 ? `, … (${classes.length} in all)` : '');
    throw new DatasetError(`Folder ${path} is none of the model's classes, which are ${some}`);
  });
}

/** In the order in which their rows stand in a list. */
const PARTS: readonly (DatasetPart | undefined)[] = [undefined, 'train', 'test', 'validation'];

interface FolderRows {
  readonly rows: readonly ListedRow[];
  /** Paths that lead to a file of another part. */
  readonly inTwoParts: readonly string[];
  /** Of a lenient reading: other paths to files that have a row. */
  readonly otherNames: readonly ListedRow[];
  readonly notes: readonly string[];
}

interface FolderRow extends ListedRow {
  readonly target: number[];
}

/**
 * The rows of all class folders, by part, class and path. In a multi-label data set a file in several class folders is one row of several classes.
 *
 * @throws DatasetError for a file in two classes of a single-label data set, unless that is noted leniently.
 */
export async function rowsOfFolders(
  listed: readonly LabelledFolder[],
  { kind, lenient }: { readonly kind: TaskKind; readonly lenient: boolean },
  turn: Turn,
): Promise<FolderRows> {
  const ofFile = new Map<string, FolderRow[]>();
  const rows: FolderRow[] = [];
  const inTwoParts: string[] = [];
  const otherNames: FolderRow[] = [];
  const notes: string[] = [];
  for (const { folder, label, clips } of listed) {
    const { part } = folder;
    for (const { path, real } of clips) {
      if (turn.over) await turn.next();
      const same = ofFile.get(real) ?? [];
      const other = same.find(({ target }) => target[0] !== label);
      if (kind === 'single-label' && other !== undefined) {
        if (!lenient) throw new DatasetError(inTwoClasses(other.path, path));
        if (notes.length === 0) notes.push(`One file is in two classes, ${other.path} and ${path}`);
        otherNames.push({ path, target: [label], ...(part === undefined ? {} : { part }) });
        continue;
      }
      const twin = same.find((row) => row.part === part);
      if (twin !== undefined) {
        if (!twin.target.includes(label)) twin.target.push(label);
        if (lenient) otherNames.push({ ...twin, path });
        continue;
      }
      const row: FolderRow = { path, target: [label], ...(part === undefined ? {} : { part }) };
      rows.push(row);
      ofFile.set(real, [...same, row]);
      if (same.length > 0) inTwoParts.push(path);
    }
  }
  for (const { target } of rows) if (target.length > 1) target.sort((a, b) => a - b);
  const place = ({ part }: ListedRow): number => PARTS.indexOf(part);
  const inOrder = (a: ListedRow, b: ListedRow): number =>
    place(a) - place(b) || labelOf(a) - labelOf(b) || byCodeUnits(a.path, b.path);
  return { rows: await sortInTurns(rows, inOrder, turn), inTwoParts, otherNames, notes };
}

function inTwoClasses(one: string, other: string): string {
  return `One file is in two classes, ${one} and ${other}: a clip has one class, so remove one of them, or give \`multiLabel\``;
}

/** The kind of task that is asked for: a model's, where nothing is said. Throws a DatasetError where a model's is another. */
export function taskKind(multiLabel: boolean | undefined, model: Task | undefined): TaskKind {
  const asked = multiLabel === undefined ? undefined : multiLabel ? 'multi-label' : 'single-label';
  if (model === undefined || asked === undefined) return asked ?? model?.kind ?? 'single-label';
  if (model.kind === asked) return asked;
  throw new DatasetError(
    `The model is a ${model.kind} one, and the data set is to be read as ${asked}: leave that to the model`,
  );
}
