import { dirname, join, relative, sep } from 'node:path';
import { DatasetError } from '../../../base/errors';
import type { SkippedVideo } from '../../video/broken-videos';
import { composed } from './disk-names';
import { type Findings, someOf } from './findings';
import type { FoundFolder, LabelledFolder } from './folder-classes';
import type { Layout } from './layout';
import { partOf } from './part-folders';

/** Why a data set has no clip at all, and what to do. */
export function noClip(
  { top, folders }: Layout,
  found: readonly FoundFolder[],
  broken: readonly SkippedVideo[],
  endings: readonly string[],
): string {
  const pictures = found.find(({ holdsPictures }) => holdsPictures)?.folder.path;
  if (pictures !== undefined)
    return (
      `${pictures} holds pictures and no videos: pictures are read as the frames of a clip, which has a folder of its own in its class, as in ` +
      `${join('CLASS', 'CLIP', '00001.jpg')}. If it is such a clip, give the folder above ${top}, or a list that says of what class each clip is; single pictures are no clips`
    );
  const [first] = broken;
  if (first !== undefined)
    return `${top} has no clip that can be read: ${broken.length} broken, such as ${first.path}: ${first.reason}`;
  if (folders.length === 0) return `${top} has no sub-folders: one sub-folder of videos is expected for each class`;
  return `The folders in ${top} hold no video: add some (${endings.join(' ')}), or give their endings as \`extensions\``;
}

/** Refuses a class whose every clip is broken: it would go without a word that it was to be learned. */
export function refuseLostClasses(found: readonly FoundFolder[], broken: readonly SkippedVideo[]): void {
  if (broken.length === 0) return;
  const kept = new Set(found.filter(({ clips }) => clips.length > 0).map(({ folder }) => composed(folder.name)));
  for (const { folder } of found) {
    if (kept.has(composed(folder.name))) continue;
    const lost = broken.find(({ path }) => path.startsWith(folder.path + sep));
    if (lost !== undefined)
      throw new DatasetError(
        `Every video of class "${composed(folder.name)}" is broken, such as ${lost.path}: ${lost.reason}. Restore one at least, or remove ${folder.path}`,
      );
  }
}

/** Refuses a single class, and a class that has nothing to train it on where the data set has a part for that. */
export function checkTrainable(layout: Layout, labelled: readonly LabelledFolder[], classes: readonly string[]): void {
  const { top, hasParts, folders } = layout;
  if (classes.length < 2)
    throw new DatasetError(
      `${top} has clips of one class only, "${classes[0]}", and two are needed at least: one sub-folder of videos is expected for each class. ` +
        `If it is itself the folder of one class, give the folder above it, ${dirname(top)}`,
    );
  if (!hasParts) return;
  const trained = new Set(labelled.filter(({ folder }) => folder.part === 'train').map(({ label }) => label));
  const untrained = classes.findIndex((_, label) => !trained.has(label));
  if (untrained < 0) return;
  const first = folders.find(({ part }) => part === 'train');
  const where = first === undefined ? `the train part of ${top}` : dirname(first.path);
  throw new DatasetError(
    `Class "${classes[untrained]}" has no clip in ${where}: nothing to train it on; add some, or remove the class from the other parts`,
  );
}

/** Tells of class folders without a clip, and of classes that have several folders in one part. */
export function noteClasses(
  { top }: Layout,
  found: readonly FoundFolder[],
  labelled: readonly LabelledFolder[],
  findings: Findings,
): void {
  const empty = found.filter(({ clips }) => clips.length === 0);
  const nameOf = ({ folder, holdsPictures }: FoundFolder): string =>
    `${relative(top, folder.path)}${holdsPictures ? ' (its pictures are in no folder of a clip)' : ''}`;
  if (empty.length > 0) findings.note(`class folders without a clip: ${someOf(empty, nameOf)}`);
  const divided = found.filter(({ subFolders }) => new Set(subFolders.flatMap((name) => partOf(name) ?? [])).size > 1);
  if (divided.length > 0)
    findings.note(
      `class folders with folders of parts in them, which are put together: ${someOf(divided, nameOf)}; folders of parts stand above those of the classes`,
    );
  const folders = new Map<string, LabelledFolder[]>();
  for (const one of labelled) {
    const key = `${one.label} ${dirname(one.folder.path)}`;
    folders.set(key, [...(folders.get(key) ?? []), one]);
  }
  for (const [one, ...more] of folders.values()) {
    if (one !== undefined && more.length > 0)
      findings.note(
        `${one.folder.path} is ${more.length + 1} folders, whose names are spelled differently and read the same: they were put together`,
      );
  }
}
