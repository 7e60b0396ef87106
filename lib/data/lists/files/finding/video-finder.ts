import { readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sideBySide } from '../../../../base/side-by-side';
import { byCodeUnits } from '../../../../base/sort';
import type { Turn } from '../../../../base/turn';
import { statIfAny } from '../../../../io/look';
import type { SkippedVideo } from '../../../video/broken-videos';
import { seriesFault } from '../../picture-series';
import { isPicture } from '../../video-extensions';
import { type ListContent, type ListEntry, type Place, whereIs } from '../entry';
import { FolderListing, type FolderListings, type FoundEntry } from './folder-listing';

/** A row whose video is there. */
export interface LocatedEntry {
  readonly entry: ListEntry;
  /** Absolute. */
  readonly path: string;
  /** Without links: the same for all names of one file. */
  readonly real: string;
  readonly span: readonly [from: number, to: number] | undefined;
}

/** What looking for the videos of a list came to. */
export interface Findings {
  readonly located: LocatedEntry[];
  readonly broken: SkippedVideo[];
  /** Videos of another ending than the list says, and one of them. */
  otherEndings: number;
  example: string;
  /** Videos that are cut to their rows' seconds already, and such as are not. */
  trimmed: number;
  whole: number;
}

/** A place of a row, and its folder as an absolute path. */
interface Candidate {
  readonly place: Place;
  readonly folder: string;
}

type Hit =
  | {
      readonly found: FoundEntry;
      readonly folder: FolderListing;
      readonly candidate: Candidate;
      readonly otherEnding: boolean;
    }
  | string;

/** Where a link or a folder is, or why it is no clip. */
type Followed = { readonly real: string } | { readonly fault: string };

/** Rows whose folders are listed together. */
const ROWS = 256;
/** Folders that are listed side by side, and links that are followed so. */
const AT_ONCE = 8;

/** Looks for the videos of a list below a folder. The signal is that of the listings. */
export async function findVideos(
  { entries, places }: Pick<ListContent, 'entries' | 'places'>,
  root: string,
  listings: FolderListings,
  turn: Turn,
): Promise<Findings> {
  const findings: Findings = { located: [], broken: [], otherEndings: 0, example: '', trimmed: 0, whole: 0 };
  const folderOf = new Map<string, string>();
  const absolute = (folder: string): string => {
    const path = folderOf.get(folder) ?? resolve(root, folder);
    folderOf.set(folder, path);
    return path;
  };
  for (let start = 0; start < entries.length; start += ROWS) {
    const rows = entries.slice(start, start + ROWS);
    const candidates = rows.map((entry) => places(entry).map((place) => ({ place, folder: absolute(place.folder) })));
    const folders = new Set(candidates.flatMap((ofRow) => ofRow.map(({ folder }) => folder)));
    await sideBySide(
      [...folders].filter((folder) => !listings.has(folder)),
      AT_ONCE,
      (folder) => listings.list(folder),
    );
    const hits = candidates.map((ofRow) => firstHit(ofRow, listings));
    const unsure = hits.flatMap((hit) =>
      typeof hit !== 'string' && ['link', 'folder'].includes(hit.found.kind) ? [hit] : [],
    );
    const followed = new Map(
      await sideBySide(unsure, AT_ONCE, async ({ found, folder }) => [found, await follow(found, folder)] as const),
    );
    for (const [i, hit] of hits.entries()) record(findings, rows[i]!, candidates[i]!, hit, followed);
    if (turn.over) await turn.next();
  }
  return findings;
}

/** All places are asked for the very name first, and then for one of another ending. Gives the reason where there is none. */
function firstHit(candidates: readonly Candidate[], listings: FolderListings): Hit {
  let reason: string | undefined;
  for (const exact of [true, false]) {
    for (const candidate of candidates) {
      const folder = listings.at(candidate.folder);
      if (folder === undefined) continue;
      if (!(folder instanceof FolderListing)) {
        reason ??= folder.reason;
        continue;
      }
      const { name } = candidate.place;
      if (exact) {
        const found = folder.named(name);
        if (found !== undefined) return { found, folder, candidate, otherEnding: false };
        continue;
      }
      const [found, ...others] = folder.ofStem(name);
      if (found !== undefined && others.length === 0)
        return { found, folder, candidate, otherEnding: folder.stemOf(name) !== name };
      if (found !== undefined) {
        const names = [found, ...others].map((entry) => entry.name).sort(byCodeUnits);
        reason ??= `there are ${names.join(' and ')}: remove one`;
      }
    }
  }
  return reason ?? 'no such file';
}

async function follow({ path, name, kind }: FoundEntry, folder: FolderListing): Promise<Followed> {
  if (kind === 'folder') return (await notOneClip(path)) ?? { real: join(folder.real, name) };
  try {
    const target = await statIfAny(path);
    if (target === undefined) return { fault: 'it is a link that leads nowhere' };
    if (!target.isFile() && !target.isDirectory()) return { fault: 'it is no file' };
    return (target.isDirectory() ? await notOneClip(path) : undefined) ?? { real: await realpath(path) };
  } catch (error) {
    // A ring of links, a folder that may not be looked into.
    return { fault: `its link cannot be followed: ${(error as Error).message}` };
  }
}

/** What else is wrong with a folder of pictures shows when it is read. */
async function notOneClip(path: string): Promise<{ readonly fault: string } | undefined> {
  const names = await readdir(path).catch(() => []);
  const fault = seriesFault(names.filter((name) => !name.startsWith('.') && isPicture(name)));
  return fault === undefined ? undefined : { fault };
}

function placeOf({ found, folder }: Exclude<Hit, string>, links: ReadonlyMap<FoundEntry, Followed>): Followed {
  if (found.kind === 'other') return { fault: 'it is no file' };
  return links.get(found) ?? { real: join(folder.real, found.name) };
}

function record(
  findings: Findings,
  entry: ListEntry,
  candidates: readonly Candidate[],
  hit: Hit,
  links: ReadonlyMap<FoundEntry, Followed>,
): void {
  const at = typeof hit === 'string' ? { fault: hit } : placeOf(hit, links);
  if (typeof hit === 'string' || 'fault' in at) {
    const path = typeof hit === 'string' ? likeliest(entry, candidates) : hit.found.path;
    const reason = 'fault' in at ? at.fault : '';
    findings.broken.push({ path, reason: `${reason} (${whereIs(entry)})` });
    return;
  }
  const { found, candidate, otherEnding } = hit;
  const { trimmed } = candidate.place;
  if (otherEnding && findings.otherEndings++ === 0) findings.example = `${found.path} for ${entry.video}`;
  if (trimmed === true) findings.trimmed++;
  if (trimmed === false) findings.whole++;
  findings.located.push({ entry, path: found.path, real: at.real, span: trimmed === true ? undefined : entry.span });
}

const likeliest = ({ video }: ListEntry, [candidate]: readonly Candidate[]): string =>
  candidate === undefined ? video : join(candidate.folder, candidate.place.name);
