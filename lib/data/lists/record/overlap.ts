import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DatasetError } from '../../../base/errors';
import { sideBySide } from '../../../base/side-by-side';
import { Turn } from '../../../base/turn';
import type { VideoRow } from '../row';
import { pathBelow } from '../splits/names';
import { type DatasetRecord, recordedPath } from './dataset-record';
import { Spans } from './spans';
import { lookAtVideo, sampleOf, type VideoLook } from './video-identity';

/** A clip to evaluate on that a model was trained on. */
export interface OverlappingClip {
  readonly path: string;
  /** Where the same clip lay when the model was trained. */
  readonly trained: string;
}

const LOOKS_AT_ONCE = 32;

/**
 * The rows that a run was trained on, by its record: those of the same path; those that are the same file by another name; and copies, which have a training video's
 * name and size and, where that video can still be read, the same content at the beginning, in the middle and at the end; where it cannot, the same folder's name. Of two spans of one video only
 * those that have time in common overlap.
 */
export async function findOverlap(
  rows: readonly VideoRow[],
  root: string,
  record: DatasetRecord,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<OverlappingClip[]> {
  const paths = [...new Set(rows.map(({ path }) => path))];
  const looks = await sideBySide(paths, LOOKS_AT_ONCE, (path) => {
    signal?.throwIfAborted();
    return lookAtVideo(path);
  });
  const trained = await TrainedVideos.of(record, new Set(looks.flatMap((look) => look?.bytes ?? [])), signal);
  const realRoot = await realOf(root);
  const alike = await sideBySide([...paths.entries()], LOOKS_AT_ONCE, (entry) => {
    signal?.throwIfAborted();
    const [index, path] = entry;
    return trained.like(path, `${realRoot}/${pathBelow(root, path)}`, looks[index]);
  });
  const ofPath = new Map(paths.map((path, index) => [path, alike[index] ?? []]));
  const turn = new Turn();
  const found: OverlappingClip[] = [];
  for (const { path, span } of rows) {
    const video = ofPath.get(path)?.find(({ spans }) => spans.intersects(span));
    if (video !== undefined) found.push({ path, trained: video.path });
    if (turn.over) await turn.next();
    signal?.throwIfAborted();
  }
  return found;
}

/** Says what overlaps, or refuses it. Throws {@link DatasetError} unless it is allowed. */
export function overlapNotes(
  overlap: readonly OverlappingClip[],
  clips: number,
  { allowed }: { readonly allowed: boolean },
): string[] {
  const [first] = overlap;
  if (first === undefined) return [];
  const where = first.trained === first.path ? first.path : `${first.path} (${first.trained})`;
  const what = `${overlap.length} of ${clips} clips to evaluate on are clips that the model was trained on, such as ${where}`;
  if (allowed) return [`${what}: the results are better than those on other clips`];
  throw new DatasetError(`${what}: choose other clips, or give \`allowOverlap\` to evaluate on them all the same`);
}

/** A video that was trained on, whatever spans of it. */
interface TrainedVideo {
  readonly path: string;
  /** When it was recorded. */
  readonly bytes: number;
  readonly spans: Spans;
}

/** The training videos of a record, by what tells whether another file is one of them. */
class TrainedVideos {
  private readonly byPath = new Map<string, TrainedVideo[]>();
  private readonly byIdentity = new Map<string, TrainedVideo[]>();
  private readonly byCopy = new Map<string, TrainedVideo[]>();
  private readonly looks = new Map<string, Promise<VideoLook | undefined>>();
  private readonly samples = new Map<string, Promise<string | undefined>>();

  /** `sizes`: those that matter. Only training videos of one of them are looked at. */
  static async of(record: DatasetRecord, sizes: ReadonlySet<number>, signal?: AbortSignal): Promise<TrainedVideos> {
    const trained = new TrainedVideos();
    const realRoot = await realOf(record.root);
    const videos = new Map<string, TrainedVideo>();
    const turn = new Turn();
    for (const recorded of record.parts.train) {
      const path = recordedPath(record, recorded);
      const { bytes, span } = recorded;
      const video = videos.get(path) ?? { path, bytes, spans: new Spans() };
      video.spans.add(span);
      videos.set(path, video);
      if (turn.over) await turn.next();
    }
    for (const [path, video] of videos) {
      push(trained.byPath, path, video);
      if (realRoot !== record.root) push(trained.byPath, `${realRoot}/${pathBelow(record.root, path)}`, video);
      if (video.bytes > 0) push(trained.byCopy, copyKey(path, video.bytes), video);
      if (turn.over) await turn.next();
    }
    const candidates = [...videos.values()].filter(({ bytes }) => sizes.has(bytes));
    await sideBySide(candidates, LOOKS_AT_ONCE, async (video) => {
      signal?.throwIfAborted();
      const look = await trained.look(video.path);
      if (look) push(trained.byIdentity, look.identity, video);
    });
    return trained;
  }

  /** Training videos that a file is. */
  async like(path: string, realPath: string, look: VideoLook | undefined): Promise<readonly TrainedVideo[]> {
    const found = new Set([path, realPath].flatMap((name) => this.byPath.get(name) ?? []));
    if (look === undefined) return [...found];
    for (const video of this.byIdentity.get(look.identity) ?? []) found.add(video);
    for (const video of this.byCopy.get(copyKey(path, look.bytes)) ?? [])
      if (!found.has(video) && (await this.isCopy(video, path, look))) found.add(video);
    return [...found];
  }

  private async isCopy(video: TrainedVideo, path: string, look: VideoLook): Promise<boolean> {
    const original = await this.look(video.path);
    const sample = original === undefined ? undefined : await this.sample(video.path, original);
    if (sample === undefined || original?.bytes !== video.bytes)
      return basename(dirname(video.path)).normalize('NFC') === basename(dirname(path)).normalize('NFC');
    return sample === (await this.sample(path, look));
  }

  private look(path: string): Promise<VideoLook | undefined> {
    return once(this.looks, path, () => lookAtVideo(path));
  }

  private sample(path: string, look: VideoLook): Promise<string | undefined> {
    return once(this.samples, path, () => sampleOf(look));
  }
}

function once<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

const copyKey = (path: string, bytes: number): string => `${bytes} ${basename(path).normalize('NFC')}`;

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

const realOf = (folder: string): Promise<string> => realpath(folder).catch(() => folder);
