import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../../io/cache-folder';
import { downloadFile } from '../../io/file-download';
import { CheckpointError, UsageError } from '../../base/errors';
import { exists, statIfAny } from '../../io/look';
import type { ModelId } from '../../movinet/options';
import { hasArchiveName, sha256OfFile } from '../../io/tar-archive';
import { cachedCheckpoint, installArchive } from './archive-cache';
import { readCheckpointIndex } from '../../formats/checkpoint-index';
import { findCheckpoint } from '../../formats/find-checkpoint';
import { type FetchPresetOptions, PRESET_NAME, fetchPreset } from './presets';

/** The ends of a checkpoint's own files, of which a user may name one instead of the prefix. */
const CHECKPOINT_FILE = /\.(index|data-\d{5}-of-\d{5})$/;

/**
 * The checkpoint prefix that `--weights` means: the preset `kinetics600` (of the model `id`), a checkpoint's prefix or one of its files, a
 * folder of a checkpoint or a SavedModel, a `.tar.gz`, `.tgz` or `.tar` of either, or the http(s) address of one. Archives are unpacked into the cache: a
 * local one by its content, one behind an address by that address, which is then not asked again. Whether the variables are the model's is seen
 * by `readCheckpoint`.
 *
 * @throws UsageError for what is none of these, CheckpointError for files that are missing, damaged or unsafe, DownloadError, OutputError; the
 * signal's reason.
 */
export async function resolveWeights(source: string, id: ModelId, options: FetchPresetOptions = {}): Promise<string> {
  if (source === PRESET_NAME) return await fetchPreset(id, options);
  if (/^https?:\/\//i.test(source)) return await fetchArchive(source, options);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source))
    throw new UsageError(`Weights cannot be fetched from ${source}: give an http or https address`);
  const prefix = source.replace(CHECKPOINT_FILE, '');
  if (await exists(`${prefix}.index`)) return await readable(prefix);
  const found = await statIfAny(source);
  if (found?.isDirectory() === true) return await readable(await findCheckpoint(source));
  if (found?.isFile() === true && hasArchiveName(source)) return await unpackLocal(source, options);
  if (found !== undefined && !CHECKPOINT_FILE.test(source))
    throw new CheckpointError(
      `${source} is no checkpoint and no .tar.gz, .tgz or .tar of one: unpack it and give the folder`,
    );
  if (/[/.]/.test(source) || found !== undefined)
    throw new CheckpointError(
      `There are no weights at ${source}: expected ${prefix}.index, a folder or an archive (give a checkpoint's prefix such as DIR/ckpt-1)`,
    );
  throw new UsageError(
    `Unknown weights "${source}": give ${PRESET_NAME}, a checkpoint's prefix, a folder, a .tar.gz or an address`,
  );
}

async function readable(prefix: string): Promise<string> {
  await readCheckpointIndex(prefix);
  return prefix;
}

async function unpackLocal(path: string, { cache = cacheFolder() }: FetchPresetOptions): Promise<string> {
  const folder = join(cache, 'weights', 'archives', await sha256OfFile(path));
  const source = { name: path, obtain: () => Promise.resolve(path) };
  return (await cachedCheckpoint(folder)) ?? (await installArchive(folder, source));
}

async function fetchArchive(url: string, options: FetchPresetOptions): Promise<string> {
  const { cache = cacheFolder(), signal, onProgress, connectTimeoutMs, retries, backoffMs } = options;
  const folder = join(cache, 'weights', 'addresses', createHash('sha256').update(url).digest('hex'));
  const cached = await cachedCheckpoint(folder);
  if (cached !== undefined) return cached;
  return await installArchive(folder, {
    name: url,
    obtain: async (working) => {
      const path = join(working, 'archive');
      await downloadFile(url, path, { signal, onProgress, connectTimeoutMs, retries, backoffMs });
      return path;
    },
  });
}
