import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { checkOptions, type OptionShape } from '../../base/check-options';
import { DatasetError, UsageError } from '../../base/errors';
import { callback, integer, number, signal, text, value } from '../../base/option-kinds';
import { sideBySide } from '../../base/side-by-side';
import { cacheFolder } from '../../io/cache-folder';
import { downloadMembers, type DownloadOptions, type MemberDownload } from '../../io/member-download';
import type { RemoteFileOptions } from '../../io/remote-file';
import { RemoteZip, type RemoteZipEntry } from '../../io/remote-zip';
import { parseUcf101Name } from './splits/names';
import { TUTORIAL_TEST_FILES, TUTORIAL_TRAIN_FILES } from './splits/rule';
import { statIfAny } from '../../io/look';
import { writeFileWhole } from '../../io/whole-file';
import { byCodeUnits } from '../../base/sort';

/** Where the tutorial takes UCF101 from. Its licence is for research. */
export const UCF101_URL = 'https://storage.googleapis.com/thumos14_files/UCF101_videos.zip';

/** Which part of UCF101. */
export interface Ucf101Selection {
  /** Of the archive. Default: where the official tutorial takes it from. */
  readonly url?: string | undefined;
  /** Names, or how many of them in sorted order. Default 10. */
  readonly classes?: number | readonly string[] | undefined;
  /** Files of each class for each part, in the order of their names: first those to train on, then those to test on. Default 30 and 20. */
  readonly filesPerClass?: { readonly train: number; readonly test: number } | undefined;
  /** Where to store it. Default: a folder for this selection in the user's cache folder. */
  readonly folder?: string | undefined;
}

export interface Ucf101Download extends Ucf101Selection, DownloadOptions, RemoteFileOptions {}

/** A stored part of UCF101: a folder with `train/CLASS/…` and `test/CLASS/…`. */
export interface Ucf101Subset {
  readonly folder: string;
  readonly classes: readonly string[];
  readonly fileCount: number;
  /** 0 where everything was there. */
  readonly fetchedBytes: number;
}

const downloadSchema = z
  .object({
    ...{ url: text(), folder: text(), concurrency: integer(1), signal: signal(), retries: integer(0) },
    classes: value<number | readonly string[]>(
      (given) => (Array.isArray(given) ? given.length > 0 : Number.isSafeInteger(given) && (given as number) > 0),
      'must be an integer of at least 1, or a list of names',
    ),
    filesPerClass: z.strictObject({ train: integer(1), test: integer(1) }),
    onProgress: callback<NonNullable<DownloadOptions['onProgress']>>(),
    ...{ connectTimeoutMs: number({ min: 0 }), timeoutMs: number({ above: 0 }), backoffMs: number({ min: 0 }) },
  } satisfies OptionShape<Ucf101Download>)
  .partial();

const MANIFEST = '.ucf101-subset.json';
const manifestSchema = z.object({
  selection: z.string(),
  classes: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), size: z.number() })),
});
type Manifest = z.infer<typeof manifestSchema>;

/**
 * The tutorial's subset of UCF101, or another: fetches those videos only, out of the archive behind the URL. Where it is stored already, the network is not used.
 * After a break, another call goes on.
 *
 * @throws DownloadError, OutputError; DatasetError for a class that is not in the archive or has too few files.
 */
export async function downloadUcf101Subset(options: Ucf101Download = {}): Promise<Ucf101Subset> {
  checkOptions('downloadUcf101Subset', downloadSchema, options);
  const selection = complete(options);
  const stored = await findUcf101Subset(options);
  if (stored !== undefined) return stored;
  const { url, folder } = selection;
  const zip = await RemoteZip.open(url, options);
  const { classes, members } = select(zip.entries, selection);
  const fetchedBytes = await downloadMembers(zip, members, folder, options);
  const files = members.map(({ entry, path }) => ({ path, size: entry.size }));
  await writeFileWhole(join(folder, MANIFEST), JSON.stringify({ selection: keyOf(selection), classes, files }));
  return { folder, classes, fileCount: files.length, fetchedBytes };
}

/** The stored subset, where all of it is there. Does not use the network. Throws UsageError. */
export async function findUcf101Subset(options: Ucf101Selection = {}): Promise<Ucf101Subset | undefined> {
  checkOptions('findUcf101Subset', downloadSchema, options);
  const selection = complete(options);
  const { folder } = selection;
  const manifest = await readManifest(folder);
  if (manifest === undefined) return undefined;
  if (manifest.selection !== keyOf(selection))
    throw new UsageError(`${folder} holds another part of UCF101: choose another folder, or remove it`);
  const stored = await sideBySide(manifest.files, 8, ({ path }) => statIfAny(join(folder, path)));
  const whole = manifest.files.every(({ size }, i) => stored[i]?.size === size);
  return whole ? { folder, classes: manifest.classes, fileCount: manifest.files.length, fetchedBytes: 0 } : undefined;
}

type CompleteSelection = { readonly [Key in keyof Ucf101Selection]-?: Exclude<Ucf101Selection[Key], undefined> };

function complete(options: Ucf101Selection): CompleteSelection {
  const {
    url = UCF101_URL,
    classes = 10,
    filesPerClass = { train: TUTORIAL_TRAIN_FILES, test: TUTORIAL_TEST_FILES },
  } = options;
  const counts = [filesPerClass.train, filesPerClass.test, typeof classes === 'number' ? classes : classes.length];
  const key = createHash('sha256').update(keyOf({ url, classes, filesPerClass })).digest('hex').slice(0, 8);
  const folder = resolve(
    options.folder ?? cacheFolder('ucf101-subset', `${counts[2]}-classes-${counts[0]}-${counts[1]}-${key}`),
  );
  return { url, classes, filesPerClass, folder };
}

/** What decides which files belong to a subset. */
function keyOf({ url, classes, filesPerClass: { train, test } }: Omit<CompleteSelection, 'folder'>): string {
  return JSON.stringify({
    url,
    classes: typeof classes === 'number' ? classes : [...new Set(classes)].sort(byCodeUnits),
    train,
    test,
  });
}

/** Which members of the archive go where. */
function select(
  entries: readonly RemoteZipEntry[],
  selection: CompleteSelection,
): { classes: string[]; members: MemberDownload[] } {
  const ofClass = new Map<string, Map<string, RemoteZipEntry>>();
  for (const entry of entries) {
    const name = basename(entry.name);
    const className = name.endsWith('.avi') ? parseUcf101Name(name)?.className : undefined;
    if (className === undefined) continue;
    ofClass.set(className, (ofClass.get(className) ?? new Map<string, RemoteZipEntry>()).set(name, entry));
  }
  const all = [...ofClass.keys()].sort(byCodeUnits);
  if (all.length === 0)
    throw new DatasetError(`${selection.url} holds no videos named as UCF101 names them (v_CLASS_gGG_cCC.avi)`);
  const { train, test } = selection.filesPerClass;
  const classes = chooseClasses(all, selection);
  const members = classes.flatMap((className) => {
    const names = [...(ofClass.get(className)?.keys() ?? [])].sort(byCodeUnits).slice(0, train + test);
    if (names.length <= train)
      throw new DatasetError(
        `Class "${className}" of ${selection.url} has ${names.length} videos: too few for ${train} to train on and some to test on`,
      );
    return names.map((name, i) => ({
      entry: ofClass.get(className)?.get(name) as RemoteZipEntry,
      path: `${i < train ? 'train' : 'test'}/${className}/${name}`,
    }));
  });
  return { classes, members };
}

function chooseClasses(all: readonly string[], { classes, url }: CompleteSelection): string[] {
  if (typeof classes === 'number') {
    if (classes > all.length) throw new DatasetError(`${url} has ${all.length} classes, not ${classes}`);
    return all.slice(0, classes);
  }
  const unknown = classes.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new DatasetError(
      `${url} has no class "${unknown}"; it has ${all.slice(0, 10).join(', ')}${all.length > 10 ? ', …' : ''}`,
    );
  return [...new Set(classes)].sort(byCodeUnits);
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await fs.readFile(join(folder, MANIFEST), 'utf8')));
  } catch {
    // Missing or damaged: the files themselves are checked then.
    return undefined;
  }
}
