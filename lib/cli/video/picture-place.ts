import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OutputError } from '../../base/errors';
import { statIfAny } from '../../io/look';
import { isSystemError, outputError } from '../../io/output-failure';
import { writeFileWhole } from '../../io/whole-file';
import { fillAndPlace, writeInto } from '../../io/whole-folder';
import { renderPng } from '../../report/png';
import { contactSheet, framesOnSheet, type SheetFrame, type SheetSection } from '../../report/svg/contact-sheet';
import type { FramePicture } from './decode-pictures';

/** The frames of one file, and what stands with them on a contact sheet. */
export interface FileFrames {
  readonly file: string;
  readonly details: string;
  /** Ascending. */
  readonly frames: readonly number[];
  readonly caption: (frame: number) => string;
  /** Black frames of a clip after the others. */
  readonly zeroFrames: number;
  /** Decodes frames, in their order. */
  readonly decode: (frames: readonly number[]) => AsyncIterable<FramePicture>;
}

export interface PlacedFrames {
  /** Those that were decoded, ascending, each with the file that shows it. */
  readonly pictures: readonly { readonly index: number; readonly path: string | null }[];
  readonly contactSheet?: string;
}

/** Where pictures go. */
export interface PicturePlace {
  /** Whether nothing is there before {@link finish}. */
  readonly late: boolean;
  add(frames: FileFrames): Promise<PlacedFrames>;
  finish(): Promise<void>;
}

const SHEET = 'contact-sheet.png';
const OWN_FILE = /^(\d+|contact-sheet)\.png$/;

/**
 * `-`: nowhere. A name that ends in `.png`: one contact sheet of all files. Else a folder, with one for each of `files`. `size`: of a picture, in pixels.
 * Both are written whole or not at all; the methods throw {@link OutputError}.
 */
export function openPicturePlace(to: string, files: readonly string[], size: number): PicturePlace {
  if (to === '-') return new Nowhere();
  return /\.png$/i.test(to) ? new OneSheet(to, size) : new Folders(to, files, size);
}

class Nowhere implements PicturePlace {
  readonly late = false;

  async add({ frames, decode }: FileFrames): Promise<PlacedFrames> {
    const pictures = [];
    for await (const { index } of decode(frames)) pictures.push({ index, path: null });
    return { pictures };
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}

class OneSheet implements PicturePlace {
  readonly late = true;
  private readonly sections: SheetSection[] = [];

  constructor(
    private readonly path: string,
    private readonly size: number,
  ) {}

  async add(of: FileFrames): Promise<PlacedFrames> {
    const shown: FramePicture[] = [];
    for await (const picture of of.decode(framesOnSheet(of.frames.length).map((i) => of.frames[i] as number)))
      shown.push(picture);
    this.sections.push(section(of, shown));
    return { pictures: shown.map(({ index }) => ({ index, path: this.path })), contactSheet: this.path };
  }

  async finish(): Promise<void> {
    if (this.sections.length === 0) return;
    await writeFileWhole(this.path, await sheetPng(this.sections, this.size), { option: '--to' });
  }
}

class Folders implements PicturePlace {
  readonly late = false;
  private readonly names: Map<string, string>;

  constructor(
    private readonly to: string,
    files: readonly string[],
    private readonly size: number,
  ) {
    this.names = folderNames(files);
  }

  async add(of: FileFrames): Promise<PlacedFrames> {
    const folder = join(this.to, this.names.get(of.file) ?? basename(of.file));
    if (!(await mayTake(folder))) throw inTheWay(folder);
    const digits = Math.max(6, String(of.frames.at(-1) ?? 0).length);
    const name = (index: number): string => `${String(index).padStart(digits, '0')}.png`;
    const placed = await fillAndPlace(folder, mayTake, async (complete) => {
      const onSheet = new Set(framesOnSheet(of.frames.length).map((i) => of.frames[i]));
      const shown: FramePicture[] = [];
      for await (const picture of of.decode(of.frames)) {
        await writeInto(complete, name(picture.index), picture.png);
        if (onSheet.has(picture.index)) shown.push(picture);
      }
      await writeInto(complete, SHEET, await sheetPng([section(of, shown)], this.size));
    }).catch((error: unknown) => {
      throw isSystemError(error) ? outputError('write pictures into', folder, error, '--to') : error;
    });
    if (!placed) throw inTheWay(folder);
    return {
      pictures: of.frames.map((index) => ({ index, path: join(folder, name(index)) })),
      contactSheet: join(folder, SHEET),
    };
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}

function section(
  { file, details, frames, caption, zeroFrames }: FileFrames,
  shown: readonly FramePicture[],
): SheetSection {
  const some = shown.length < frames.length ? ` · ${shown.length} of ${frames.length} frames shown, evenly spread` : '';
  const zero: SheetFrame[] = Array.from({ length: zeroFrames }, () => ({ png: undefined, caption: 'past the end' }));
  const pictures = shown.map(({ index, png }) => ({ png, caption: caption(index) }));
  return { title: file, details: details + some, frames: [...pictures, ...zero] };
}

async function sheetPng(sections: readonly SheetSection[], size: number): Promise<Uint8Array> {
  const { svg, width } = contactSheet(sections, size);
  return renderPng(svg, width, { exact: true });
}

/** Files of one name in several folders get numbers. */
function folderNames(files: readonly string[]): Map<string, string> {
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
