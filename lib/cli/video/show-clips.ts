import { basename, join } from 'node:path';
import { writeFileWhole } from '../../io/whole-file';
import { writeInto } from '../../io/whole-folder';
import type { ClipSourceReport } from '../../data/clip-source';
import { framesOnSheet, MOST_SHEET_FRAMES, type SheetSection } from '../../report/svg/contact-sheet';
import type { createOutput } from '../program/results';
import type { ProgressSink } from '../terminal/progress-sink';
import { warnOfVideos } from '../terminal/video-messages';
import { type DrawnClip, type DrawnClipOptions, drawnClips, type DrawingTools } from './drawn-clips';
import { fillPictureFolder, folderNames, SHEET, sheetPng } from './picture-files';

/** One file's clips for programs: a line of `movinet video --json` with `--augment`, `--clips-per-video` or `--crops`. */
export interface DrawnClipsRecord {
  readonly file: string;
  /** `pictures`: the PNG file of each frame; empty where none was written. */
  readonly clips: readonly {
    readonly view: number;
    readonly details: string;
    readonly pictures: readonly string[];
  }[];
  readonly contactSheet?: string;
}

interface Showing extends DrawingTools {
  /** A folder, one `.png` file, or `-`. */
  readonly to: string;
  readonly progress: ProgressSink;
  readonly output: ReturnType<typeof createOutput>;
}

/** Shows the clips of files as training or evaluation has them. Resolves to whether all could be. Throws {@link OutputError}; the signal's reason. */
export async function showClips(
  files: readonly string[],
  options: DrawnClipOptions,
  showing: Showing,
): Promise<boolean> {
  const { to, progress, output } = showing;
  const { size, short, frames } = options.clip;
  const names = folderNames(files);
  const sheet: SheetSection[] = [];
  const isSheet = /\.png$/i.test(to);
  const fitting = Math.max(1, Math.floor(MOST_SHEET_FRAMES / frames));
  let leftOff = 0;
  /** Those that fit beside `shown` ones. */
  const fit = (sections: readonly SheetSection[], shown: number): readonly SheetSection[] => {
    const fits = sections.slice(0, fitting - shown);
    leftOff += sections.length - fits.length;
    return fits;
  };
  const place = async (file: string, clips: readonly DrawnClip[]): Promise<DrawnClipsRecord> => {
    const sections = clips.map((clip) => sectionOf(clip));
    if (isSheet) {
      const fits = fit(sections, sheet.length);
      sheet.push(...fits);
      return { file, clips: recordOf(clips), ...(fits.length > 0 && { contactSheet: to }) };
    }
    if (to === '-') return { file, clips: recordOf(clips) };
    const folder = join(to, names.get(file) ?? basename(file));
    await fillPictureFolder(folder, async (complete) => {
      for (const { view, pngs } of clips) {
        for (const [i, png] of pngs.entries()) await writeInto(complete, pictureName(view, i), png);
      }
      await writeInto(complete, SHEET, await sheetPng(fit(sections, 0), size));
    });
    return { file, clips: recordOf(clips, folder), contactSheet: join(folder, SHEET) };
  };
  const report = await eachFile(files, options, showing, async (file, clips) => {
    const record = await place(file, clips);
    output.result(record, textOf(record));
  });
  if (isSheet && sheet.length > 0) await writeFileWhole(to, await sheetPng(sheet, size));
  if (leftOff > 0) {
    const others = leftOff === 1 ? '1 clip is' : `${leftOff} clips are`;
    const which = isSheet ? to : 'a contact sheet';
    const instead = isSheet ? '; a folder as --out has the pictures of all of them' : '';
    progress.warn(`${others} not on ${which}, which shows at most ${MOST_SHEET_FRAMES} frames${instead}`);
  }
  warnOfVideos(progress, report, short);
  return report.skipped.length === 0;
}

/** Hands over all clips of a file together, the views in their order. */
async function eachFile(
  files: readonly string[],
  options: DrawnClipOptions,
  tools: DrawingTools,
  each: (file: string, clips: readonly DrawnClip[]) => Promise<void>,
): Promise<ClipSourceReport> {
  const views = options.clipsPerVideo * options.crops;
  const open = new Map<string, DrawnClip[]>();
  const clips = drawnClips(files, options, tools);
  for (;;) {
    const next = await clips.next();
    if (next.done === true) {
      for (const [file, some] of open) await each(file, some);
      return next.value;
    }
    const { file } = next.value;
    const ofFile = [...(open.get(file) ?? []), next.value].sort((a, b) => a.view - b.view);
    open.set(file, ofFile);
    if (ofFile.length < views) continue;
    open.delete(file);
    await each(file, ofFile);
  }
}

const pictureName = (view: number, frame: number): string =>
  `clip-${view + 1}-frame-${String(frame + 1).padStart(2, '0')}.png`;

function sectionOf({ file, view, details, pngs }: DrawnClip): SheetSection {
  const shown = framesOnSheet(pngs.length);
  const some = shown.length < pngs.length ? ` · ${shown.length} of ${pngs.length} frames shown, evenly spread` : '';
  return {
    ...{ title: `${basename(file)} · clip ${view + 1}`, details: details + some },
    frames: shown.map((i) => ({ png: pngs[i], caption: `${i + 1}` })),
  };
}

function recordOf(clips: readonly DrawnClip[], folder?: string): DrawnClipsRecord['clips'] {
  return clips.map(({ view, details, pngs }) => ({
    view,
    details,
    pictures: folder === undefined ? [] : pngs.map((_, i) => join(folder, pictureName(view, i))),
  }));
}

function textOf({ file, clips, contactSheet: sheet }: DrawnClipsRecord): string {
  const lines = clips.map(({ view, details }) => `  clip ${view + 1}: ${details}`);
  return [file, ...lines, ...(sheet === undefined ? [] : [`  ${sheet}`])].join('\n');
}
