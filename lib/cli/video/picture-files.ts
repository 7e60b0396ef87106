import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { OutputError } from '../../base/errors';
import { statIfAny } from '../../io/look';
import { isSystemError, outputError } from '../../io/output-failure';
import { fillAndPlace } from '../../io/whole-folder';
import { renderPng } from '../../report/png';
import { contactSheet, type SheetSection } from '../../report/svg/contact-sheet';

export const SHEET = 'contact-sheet.png';
const OWN_FILE = /^(\d+|clip-\d+-frame-\d+|contact-sheet)\.png$/;

/** Fills the folder of one file's pictures, whole or not at all, in place of an earlier run's. Throws {@link OutputError}. */
export async function fillPictureFolder(folder: string, fill: (complete: string) => Promise<void>): Promise<void> {
  if (!(await mayTake(folder))) throw inTheWay(folder);
  const placed = await fillAndPlace(folder, mayTake, fill).catch((error: unknown) => {
    throw isSystemError(error) ? outputError('write pictures into', folder, error) : error;
  });
  if (!placed) throw inTheWay(folder);
}

export async function sheetPng(sections: readonly SheetSection[], size: number): Promise<Uint8Array> {
  const { svg, width } = contactSheet(sections, size);
  return renderPng(svg, width, { exact: true });
}

/** Files of one name in several folders get numbers. */
export function folderNames(files: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const file of new Set(files)) {
    let name = basename(file);
    for (let number = 2; taken.has(name); number++) name = `${basename(file)}-${number}`;
    taken.add(name);
    names.set(file, name);
  }
  return names;
}

/** Whether nothing is in the folder's place but pictures of an earlier run. */
async function mayTake(folder: string): Promise<boolean> {
  const there = await statIfAny(folder);
  if (there === undefined) return true;
  return there.isDirectory() && (await readdir(folder)).every((name) => OWN_FILE.test(name));
}

function inTheWay(folder: string): OutputError {
  return new OutputError(`${folder} is in the way of the pictures, and not theirs: name another place with --to`);
}
