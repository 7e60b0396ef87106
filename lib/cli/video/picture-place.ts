import { basename, join } from 'node:path';
import { writeFileWhole } from '../../io/whole-file';
import { writeInto } from '../../io/whole-folder';
import { framesOnSheet, type SheetFrame, type SheetSection } from '../../report/svg/contact-sheet';
import type { FramePicture } from './decode-pictures';
import { fillPictureFolder, folderNames, SHEET, sheetPng } from './picture-files';

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
    await writeFileWhole(this.path, await sheetPng(this.sections, this.size));
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
    const digits = Math.max(6, String(of.frames.at(-1) ?? 0).length);
    const name = (index: number): string => `${String(index).padStart(digits, '0')}.png`;
    await fillPictureFolder(folder, async (complete) => {
      const onSheet = new Set(framesOnSheet(of.frames.length).map((i) => of.frames[i]));
      const shown: FramePicture[] = [];
      for await (const picture of of.decode(of.frames)) {
        await writeInto(complete, name(picture.index), picture.png);
        if (onSheet.has(picture.index)) shown.push(picture);
      }
      await writeInto(complete, SHEET, await sheetPng([section(of, shown)], this.size));
    });
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
