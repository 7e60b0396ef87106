import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputError, UsageError } from '../../lib/base/errors';
import { parseHistory } from '../../lib/metrics/history/history';
import { defaultRunFolderName, RunFolder } from '../../lib/report/run-folder';
import { exampleHistory, exampleLabels, exampleMatrix } from './examples';
import { mountTinyDisk } from '../support/tiny-disk';

const root = mkdtempSync(join(tmpdir(), 'movinet-run-folder-'));
const home = process.cwd();
afterEach(() => process.chdir(home));

const fullDisk = mountTinyDisk('size=64k');
const readOnlyDisk = mountTinyDisk('ro');
afterAll(() => {
  fullDisk?.unmount();
  readOnlyDisk?.unmount();
  rmSync(root, { recursive: true, force: true });
});

describe('open', () => {
  test('makes the folder with its parents and leaves nothing in it', async () => {
    const folder = await RunFolder.open(join(root, 'a/b/c'));
    expect(folder.path).toBe(join(root, 'a/b/c'));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('takes a folder that holds files already', async () => {
    mkdirSync(join(root, 'used'));
    writeFileSync(join(root, 'used/notes.txt'), 'mine');
    await RunFolder.open(join(root, 'used'));
    expect(readFileSync(join(root, 'used/notes.txt'), 'utf8')).toBe('mine');
  });

  test('names a new folder by date and time, never one that exists', async () => {
    process.chdir(root);
    const now = new Date(2026, 0, 31, 3, 4, 5);
    expect(defaultRunFolderName(now)).toBe('runs/2026-01-31T03-04-05');
    const folders = [await RunFolder.open(undefined, now), await RunFolder.open(undefined, now)];
    expect(folders.map(({ path }) => path)).toEqual(['runs/2026-01-31T03-04-05', 'runs/2026-01-31T03-04-05-2']);
  });

  test.each(['file', 'file/inside'])('refuses a file in the place of a folder: %s', async (name) => {
    writeFileSync(join(root, 'file'), '');
    const path = join(root, name);
    const opening = RunFolder.open(path);
    await expect(opening).rejects.toThrow(OutputError);
    await expect(opening).rejects.toThrow(`Cannot write into the output folder "${path}": a file is in the place`);
  });

  test('refuses where no folder can be made, naming it and the way out', async () => {
    const opening = RunFolder.open('/proc/movinet');
    await expect(opening).rejects.toThrow(OutputError);
    await expect(opening).rejects.toThrow(/output folder "\/proc\/movinet": .*choose another folder$/);
  });

  (readOnlyDisk ? test : test.skip)('refuses a read-only disk (needs root to mount one)', async () => {
    const path = readOnlyDisk?.path ?? '';
    await expect(RunFolder.open(path)).rejects.toThrow(`"${path}": the file system is read-only`);
  });
});

describe('writeAtomically', () => {
  test('writes, replaces, and makes folders in the name', async () => {
    const folder = await RunFolder.open(join(root, 'write'));
    await folder.writeAtomically('deep/name.bin', 'old and longer');
    await folder.writeAtomically('deep/name.bin', Uint8Array.of(1, 2, 3));
    expect([...readFileSync(join(root, 'write/deep/name.bin'))]).toEqual([1, 2, 3]);
    expect(readdirSync(join(root, 'write/deep'))).toEqual(['name.bin']);
  });

  test.each(['../out.txt', 'a/../../out.txt', '/etc/out.txt', '..'])(
    'refuses to leave the folder: %s',
    async (name) => {
      const folder = await RunFolder.open(join(root, 'inside'));
      await expect(folder.writeAtomically(name, 'x')).rejects.toThrow(UsageError);
    },
  );

  test('leaves nothing behind when a folder is in the file’s place', async () => {
    const folder = await RunFolder.open(join(root, 'blocked'));
    mkdirSync(join(root, 'blocked/history.json'));
    const writing = folder.writeAtomically('history.json', '{}');
    await expect(writing).rejects.toThrow(OutputError);
    await expect(writing).rejects.toThrow('a folder is in the place of the file');
    expect(readdirSync(folder.path)).toEqual(['history.json']);
  });

  (fullDisk ? test : test.skip)(
    'keeps the old file on a full disk, and nothing half-written (needs root)',
    async () => {
      const folder = await RunFolder.open(fullDisk?.path);
      await folder.writeAtomically('history.json', 'old');
      const writing = folder.writeAtomically('history.json', Buffer.alloc(1 << 20, 'x'));
      await expect(writing).rejects.toThrow(OutputError);
      await expect(writing).rejects.toThrow(/history\.json": the disk is full; free some space/);
      expect(readdirSync(folder.path)).toEqual(['history.json']);
      expect(readFileSync(join(folder.path, 'history.json'), 'utf8')).toBe('old');
      // The start of the next run notices a disk that has no room for a single byte.
      writeFileSync(join(folder.path, 'rest'), '');
      expect(() => writeFileSync(join(folder.path, 'rest'), Buffer.alloc(1 << 20))).toThrow('ENOSPC');
      await expect(RunFolder.open(folder.path)).rejects.toThrow('the disk is full');
      expect(readdirSync(folder.path).sort()).toEqual(['history.json', 'rest']);
    },
  );
});

describe('writeReports', () => {
  test('writes everything, and a page that links to it and to what was there', async () => {
    const folder = await RunFolder.open(join(root, 'whole'));
    mkdirSync(join(root, 'whole/model'));
    const confusionMatrix = exampleMatrix(3);
    const predictions = [{ file: 'a.avi', trueClass: 'x', predictedClass: 'y', probability: 0.5 }];
    const names = await folder.writeReports({ history: exampleHistory(2), confusionMatrix, predictions });
    expect([...names].sort()).toEqual([
      'confusion_matrix.json',
      'confusion_matrix.png',
      'confusion_matrix.svg',
      'history.json',
      'learning_curves.png',
      'learning_curves.svg',
      'predictions.csv',
      'report.html',
    ]);
    expect(readdirSync(folder.path).sort()).toEqual([...names, 'model'].sort());
    expect(parseHistory(readFileSync(folder.resolve('history.json'), 'utf8'))).toEqual(exampleHistory(2));
    const html = readFileSync(folder.resolve('report.html'), 'utf8');
    for (const name of names.filter((one) => one !== 'report.html')) expect(html).toContain(`href="${name}"`);
    expect(html).toContain('href="model/"');
  });

  test('has scores of the classes in place of a confusion matrix where clips have several', async () => {
    const folder = await RunFolder.open(join(root, 'labels'));
    const predictions = [{ file: 'a.avi', trueClass: 'x', predictedClass: 'y', probability: 0.5 }];
    await folder.writeReports({ history: exampleHistory(1), confusionMatrix: exampleMatrix(2), predictions });
    const labels = exampleLabels();
    const names = await folder.writeReports({ history: exampleHistory(0), labels });
    expect([...names].sort()).toEqual(['history.json', 'label_scores.json', 'predictions.csv', 'report.html']);
    expect(readdirSync(folder.path).sort()).toEqual([...names].sort());
    expect(JSON.parse(readFileSync(folder.resolve('label_scores.json'), 'utf8'))).toEqual({
      format: 1,
      ...labels.scores,
      averagePrecision: labels.averagePrecision,
    });
    expect(readFileSync(folder.resolve('predictions.csv'), 'utf8')).toContain('true_classes');
    expect(readFileSync(folder.resolve('report.html'), 'utf8')).toContain('href="label_scores.json"');
  });

  test('removes an earlier run’s results that it does not replace, and nothing else', async () => {
    const folder = await RunFolder.open(join(root, 'again'));
    await folder.writeReports({
      history: exampleHistory(2),
      confusionMatrix: exampleMatrix(3),
      predictions: [{ file: 'a.avi', trueClass: 'x', predictedClass: 'y', probability: 0.5 }],
    });
    writeFileSync(join(root, 'again/notes.txt'), 'mine');
    const names = await folder.writeReports({ history: exampleHistory(1) });
    expect(names).toEqual(['history.json', 'learning_curves.svg', 'learning_curves.png', 'report.html']);
    expect(readdirSync(folder.path).sort()).toEqual([...names, 'notes.txt'].sort());
    expect(readFileSync(folder.resolve('report.html'), 'utf8')).not.toContain('href="confusion_matrix');
  });

  test('writes what there is of a run that ended early', async () => {
    const folder = await RunFolder.open(join(root, 'early'));
    const { classes, config, metrics } = exampleHistory();
    const names = await folder.writeReports({ history: { epochs: [], metrics, classes, config } });
    expect(names).toEqual(['history.json', 'report.html']);
    expect(existsSync(join(root, 'early/learning_curves.svg'))).toBe(false);
  });
});
