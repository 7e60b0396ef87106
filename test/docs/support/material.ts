import { copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
import { KINETICS600_CLASSES } from '../../../lib/model/pretrained/kinetics-labels';
import { seededUniform } from '../../../lib/model/classifier';
import { writeCheckpoint } from '../../../lib/formats/write-checkpoint';
import { loadAddon } from '../../../lib/native/addon';
import { train } from '../../../lib/cli/train';
import { runInProcess } from '../../cli/support/run-in-process';
import { TINY_CLIP, writeTinyVideos } from '../../cli/support/tiny-material';

/** Numbers that no one has trained, with the head of Kinetics-600, as a checkpoint of that prefix. */
async function writeWeights(prefix: string, id: 'a0-base' | 'a0-stream' | 'a0-stream-relu6'): Promise<void> {
  const architecture = architectureOf(id, KINETICS600_CLASSES);
  const weights = initialWeights(architecture, { uniform: seededUniform(0), reZero: 1 });
  await writeCheckpoint(loadAddon(), prefix, architecture, weights, () => true);
}

/** A clip of 16² pixels that is long enough for every frame that the documents name. */
async function writeFilm(path: string): Promise<void> {
  const frames = 8900;
  const size = 16;
  const writer = await loadAddon().createVideoWriter(path, { width: size, height: size, fps: 25, fourcc: 'mp4v' });
  await writer.write(new Uint8Array(frames * size * size * 3).map((_, i) => i % 251));
  await writer.close();
}

function copyTo(path: string, from: string): void {
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(from, path);
}

/** The videos of class folders, in their order. */
function rowsBelow(root: string): { path: string; label: string }[] {
  return readdirSync(root)
    .sort()
    .flatMap((label) =>
      readdirSync(join(root, label))
        .sort()
        .map((name) => ({ path: `${label}/${name}`, label })),
    );
}

const csv = (lines: readonly string[]): string => ['path,label', ...lines].join('\n');

function writeLists(folder: string): void {
  const rows = rowsBelow(join(folder, 'UCF-101'));
  const classes = [...new Set(rows.map(({ label }) => label))];
  const lists = join(folder, 'ucfTrainTestlist');
  mkdirSync(lists);
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(lists, name), `${lines.join('\n')}\n`);
  const [test, train] = [rows.filter((_, i) => i % 3 === 0), rows.filter((_, i) => i % 3 !== 0)];
  write(
    'classInd.txt',
    classes.map((label, i) => `${i + 1} ${label}`),
  );
  for (const fold of ['01', '02']) {
    write(
      `trainlist${fold}.txt`,
      train.map(({ path, label }) => `${path} ${classes.indexOf(label) + 1}`),
    );
    write(
      `testlist${fold}.txt`,
      test.map(({ path }) => path),
    );
  }
  cpSync(join(folder, 'UCF-101'), join(folder, 'clips'), { recursive: true });
  writeFileSync(join(folder, 'train.csv'), csv(rows.map(({ path, label }) => `${path},${label}`)));
  const labelled = rows.map(({ path, label }, i) => `UCF-101/${path},${i % 2 === 0 ? label : classes.join('|')}`);
  writeFileSync(join(folder, 'multi.csv'), csv(labelled));
  const own = rowsBelow(join(folder, 'videos')).map(({ path, label }) => `${path},${label}`);
  writeFileSync(join(folder, 'clips.csv'), csv(own));
}

/** What the documents' commands and programs speak of, small: videos, lists, weights as if they had been fetched, two runs. */
export class DocumentMaterial {
  readonly cache: string;

  /** `folder`: an empty one. */
  constructor(private readonly folder: string) {
    this.cache = join(folder, 'cache');
  }

  private place(name: string): string {
    return join(this.folder, 'material', name);
  }

  async write(): Promise<void> {
    const tiny = await writeTinyVideos(this.folder);
    const files = (readdirSync(tiny, { recursive: true }) as string[]).filter((name) => name.endsWith('.avi')).sort();
    // Each is named as the documents have people, groups and numbers in names.
    for (const [i, name] of files.entries()) {
      const label = basename(dirname(name));
      const person = ['anna', 'ben', 'eve'][i % 3];
      const group = `0${i % 3}`;
      copyTo(this.place(`videos/${label}/${person}-${group}_g${group}_c${i}.avi`), join(tiny, name));
      copyTo(this.place(`UCF-101/${label}/v_${label}_g${group}_c${i}.avi`), join(tiny, name));
    }
    cpSync(tiny, this.place('parts'), { recursive: true });
    writeLists(this.place('.'));
    for (const name of ['clip1.mp4', 'clip2.avi', 'clip2.mp4', 'phone.mov'])
      copyTo(this.place(name), join(tiny, files[0]!));
    for (const name of ['clip.mp4', 'film.mp4']) await writeFilm(this.place(name));
    for (const id of ['a0-base', 'a0-stream'] as const)
      await writeWeights(join(this.cache, `movinet-native/weights/kinetics600/${id}/ckpt-1`), id);
    await writeWeights(this.place('weights/ckpt-1'), 'a0-stream-relu6');
    for (const run of ['first', 'second']) {
      const words = [
        '--data',
        tiny,
        '--model',
        'a0-stream-relu6',
        '--weights',
        this.place('weights/ckpt-1'),
        ...TINY_CLIP,
      ];
      const { status, stderr } = await runInProcess(train, [
        ...words,
        '--epochs',
        '1',
        '--out',
        this.place(`runs/${run}`),
      ]);
      if (status !== 0) throw new Error(stderr);
    }
  }

  /** A working directory with all of it. `runs`: those that are there already. */
  workplace(name: string, runs: readonly string[]): string {
    const place = join(this.folder, name.replaceAll('/', '-'));
    mkdirSync(join(place, 'runs'), { recursive: true });
    for (const entry of readdirSync(this.place('.')))
      if (entry !== 'runs') symlinkSync(this.place(entry), join(place, entry));
    for (const run of runs) cpSync(this.place(`runs/${run}`), join(place, 'runs', run), { recursive: true });
    return place;
  }
}
