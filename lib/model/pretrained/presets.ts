import { join } from 'node:path';
import { cacheFolder } from '../../io/cache-folder';
import { type FileDownloadProgress, downloadFile } from '../../io/file-download';
import { probe } from '../../io/http';
import { CheckpointError, DownloadError } from '../../base/errors';
import { architectureOf } from '../../movinet/describe-movinet';
import type { ModelId } from '../../movinet/options';
import { sha256OfFile } from '../../io/tar-archive';
import { cachedCheckpoint, installArchive } from './archive-cache';
import type { CheckpointEntry } from '../../formats/checkpoint-index';
import { exists } from '../../io/look';
import { KINETICS600_CLASSES } from './kinetics-labels';
import { type PresetPlace, presetPlaces } from './preset-places';

export const PRESET_NAME = 'kinetics600';

export interface FetchOptions {
  readonly onProgress?: ((progress: FileDownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The folder to cache in. Default: the user's cache folder of this project. */
  readonly cache?: string | undefined;
  /** Longest wait for a host to take the first connection, in milliseconds. Default 3000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How often a download that breaks off or finds the server busy is tried again. Default 2. */
  readonly retries?: number | undefined;
  /** Wait before the first new try, in milliseconds; doubled each time. Default 500. */
  readonly backoffMs?: number | undefined;
}

export interface FetchPresetOptions extends FetchOptions {
  /** Where to look, in this order. Default: every public place. */
  readonly places?: readonly PresetPlace[] | undefined;
}

const ARCHIVE_SUFFIXES = ['.tar.gz', '.tgz', '.tar'];
const FLOAT32 = 1;

/**
 * The checkpoint prefix of the official Kinetics-600 weights of a model if they are in the cache: fetched earlier, unpacked there by hand, or put
 * there by hand as an archive, which is then unpacked. Undefined otherwise. Uses no network.
 *
 * @throws CheckpointError for an archive put there that is damaged or another model's.
 */
export async function findPreset(id: ModelId, options: Pick<FetchOptions, 'cache'> = {}): Promise<string | undefined> {
  const folder = presetFolder(id, options.cache);
  const cached = await cachedCheckpoint(folder);
  if (cached !== undefined) return cached;
  const archive = await archiveByHand(folder);
  if (archive === undefined) return undefined;
  return await installArchive(folder, {
    name: archive,
    obtain: () => Promise.resolve(archive),
    check: (entries) => checkFits(archive, entries, id),
  });
}

async function archiveByHand(folder: string): Promise<string | undefined> {
  for (const suffix of ARCHIVE_SUFFIXES) if (await exists(folder + suffix)) return folder + suffix;
  return undefined;
}

/**
 * The checkpoint prefix of the official Kinetics-600 weights of a model, from the cache, else from the first public place that has them. What
 * comes is verified before it is cached: archive, checksum where one is known, index, data files, and that the model's variables are in it.
 *
 * @throws DownloadError, in one line, that says what was tried, what to fetch by hand and where to put it; OutputError where the cache cannot
 * be written; the signal's reason.
 */
export async function fetchPreset(id: ModelId, options: FetchPresetOptions = {}): Promise<string> {
  const { signal, places = presetPlaces(id), connectTimeoutMs = 3000 } = options;
  const cached = await findPreset(id, options);
  if (cached !== undefined) return cached;
  const folder = presetFolder(id, options.cache);
  const byHand = `save it as ${folder}.tar.gz or give it as \`weights\``;
  if (places.length === 0) {
    throw new DownloadError(
      `No ${PRESET_NAME} weights of ${id} are published; if you have an archive of them, ${byHand}`,
    );
  }
  const reach = new Reach(
    places.map(({ url }) => url),
    connectTimeoutMs,
    signal,
  );
  const failures = new Set<string>();
  for (const place of places) {
    try {
      await reach.check(place.url);
      return await installArchive(folder, {
        name: place.url,
        obtain: (working) => obtain(place, working, options),
        check: (entries) => checkFits(place.url, entries, id),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DownloadError || error instanceof CheckpointError)) throw error;
      // A host that cannot be reached is told with the address that it was first tried with.
      const urls = [place, ...places].map(({ url }) => url);
      failures.add(urls.reduce((text, url) => text.replaceAll(url, new URL(url).host), error.message));
    }
  }
  const urls = places.map(({ url }) => url).join(' or ');
  throw new DownloadError(
    `The ${PRESET_NAME} weights of ${id} cannot be fetched (${[...failures].join('; ')}); download ${urls} by hand and ${byHand}`,
  );
}

/** `<cache>/weights/kinetics600/a0-base`; an archive put there by hand has the same name and `.tar.gz`. */
function presetFolder(id: ModelId, cache = cacheFolder()): string {
  return join(cache, 'weights', PRESET_NAME, id);
}

async function obtain({ url, sha256 }: PresetPlace, working: string, options: FetchOptions): Promise<string> {
  const { signal, onProgress, retries = 2, backoffMs, connectTimeoutMs } = options;
  const path = join(working, 'archive');
  await downloadFile(url, path, { signal, onProgress, retries, backoffMs, connectTimeoutMs });
  const actual = sha256 === undefined ? undefined : await sha256OfFile(path);
  if (actual !== sha256?.toLowerCase())
    throw new DownloadError(`${url} sent another file than expected (SHA-256 ${actual ?? ''})`);
  return path;
}

/** Tells another model's weights by the shapes of their variables: each of the model's must be there as often as in the model. */
function checkFits(name: string, entries: readonly CheckpointEntry[], id: ModelId): void {
  const left = new Map<string, number>();
  for (const { dtype, shape } of entries)
    if (dtype === FLOAT32) left.set(shape.join(), (left.get(shape.join()) ?? 0) + 1);
  const { parameters } = architectureOf(id, KINETICS600_CLASSES);
  const missing = parameters.filter(({ shape }) => {
    const count = left.get(shape.join()) ?? 0;
    left.set(shape.join(), count - 1);
    return count <= 0;
  });
  if (missing.length > 0) {
    throw new CheckpointError(
      `${name} holds other weights than those of ${id}: it lacks ${missing.length} of ${parameters.length} variables by their shapes`,
    );
  }
}

/** Which hosts answer. Each is tried once; when one does not, all others are tried at once, so that being offline shows quickly. */
class Reach {
  private readonly checks = new Map<string, Promise<void>>();

  constructor(
    private readonly urls: readonly string[],
    private readonly timeoutMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async check(url: string): Promise<void> {
    try {
      await this.once(url);
    } catch (error) {
      for (const other of this.urls) void this.once(other).catch(() => undefined);
      throw error;
    }
  }

  private once(url: string): Promise<void> {
    const { origin } = new URL(url);
    const check = this.checks.get(origin) ?? probe(url, { connectTimeoutMs: this.timeoutMs, signal: this.signal });
    this.checks.set(origin, check);
    return check;
  }
}
