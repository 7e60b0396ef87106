import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomFillSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { downloadUcf101Subset, findUcf101Subset } from '../../../lib/data/lists/ucf101';
import { labelOf, rowsOfPart } from '../../../lib/data/lists/row';
import { listVideoDataset } from '../../../lib/data/lists/video-dataset';
import { listFolders } from '../../../lib/data/lists/folders/list-folders';
import { DatasetError, DownloadError, UsageError } from '../../../lib/base/errors';
import { describeWith, UCF101_CLIPS } from '../../support/assets';
import { RangeServer } from '../../io/support/range-server';
import { temporaryFolder } from '../../io/support/temporary-folder';
import { writeZip, type ZipMember } from '../../io/support/zip-writer';

const QUICK = { backoffMs: 1, timeoutMs: 10_000, retries: 1 };
const folder = temporaryFolder();

/** In an order that is not sorted, with members that are no videos among them. */
function generated(classes: readonly string[], filesPerClass: number, bytes = 3000): ZipMember[] {
  const videos = classes.flatMap((name) =>
    Array.from({ length: filesPerClass }, (_, i) => ({
      name: `UCF101/v_${name}_g${String(Math.floor(i / 4) + 1).padStart(2, '0')}_c0${(i % 4) + 1}.avi`,
      content: randomFillSync(Buffer.alloc(bytes + i)),
      deflate: i % 2 === 0,
    })),
  );
  return [
    { name: 'UCF101/', content: Buffer.alloc(0) },
    { name: 'UCF101/readme.txt', content: Buffer.from('hello') },
    ...videos.reverse(),
  ];
}

let server: RangeServer;
const serve = async (members: readonly ZipMember[]): Promise<string> => {
  server = await new RangeServer(writeZip(members)).listen();
  return server.url;
};
afterEach(() => server.close());

const files = (part: string): string[] =>
  (readdirSync(join(folder(), part), { recursive: true }) as string[]).filter((name) => name.includes('.')).sort();

describe('downloadUcf101Subset', () => {
  it('takes the tutorial’s subset: 10 classes, 30 files to train on and 20 to test on', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `Class${String.fromCharCode(76 - i)}`);
    const url = await serve(generated(names, 60, 100));
    const subset = await downloadUcf101Subset({ url, folder: folder(), ...QUICK });
    expect(subset).toMatchObject({ folder: folder(), classes: [...names].sort().slice(0, 10), fileCount: 500 });
    const set = await listVideoDataset(folder());
    expect(set.rule).toEqual({ kind: 'folders' });
    expect([rowsOfPart(set.rows, 'train').length, rowsOfPart(set.rows, 'test').length]).toEqual([300, 200]);
    expect(files('train/ClassA')[0]).toBe('v_ClassA_g01_c01.avi');
    expect(files('train/ClassA').at(-1)).toBe('v_ClassA_g08_c02.avi');
    expect(files('test/ClassA').at(-1)).toBe('v_ClassA_g13_c02.avi');
    expect((await listFolders(join(folder(), 'train'), { parts: 'none' })).task.classes).toHaveLength(10);
  });

  it('takes the classes asked for, with the right bytes, and needs no network the next time', async () => {
    const members = generated(['Run', 'Swim', 'Jump'], 9);
    const url = await serve(members);
    const options = {
      url,
      folder: folder(),
      classes: ['Swim', 'Jump'],
      filesPerClass: { train: 4, test: 2 },
      ...QUICK,
    };
    expect(await findUcf101Subset(options)).toBeUndefined();
    const subset = await downloadUcf101Subset(options);
    expect(subset.classes).toEqual(['Jump', 'Swim']);
    const stored = [...files('train'), ...files('test')];
    expect(stored).toHaveLength(12);
    for (const part of ['train', 'test']) {
      for (const name of files(part)) {
        const member = members.find((each) => basename(each.name) === basename(name))!;
        expect(readFileSync(join(folder(), part, name)).equals(Buffer.from(member.content))).toBe(true);
      }
    }
    await server.close();
    expect(await downloadUcf101Subset({ ...options, classes: ['Jump', 'Swim'] })).toEqual({
      ...subset,
      fetchedBytes: 0,
    });
    expect(await findUcf101Subset(options)).toEqual({ ...subset, fetchedBytes: 0 });
  });

  it('fetches again what was lost or cut short since', async () => {
    const url = await serve(generated(['Run', 'Swim'], 6));
    const options = { url, folder: folder(), classes: 2, filesPerClass: { train: 3, test: 2 }, ...QUICK };
    await downloadUcf101Subset(options);
    const [first, second] = files('train');
    rmSync(join(folder(), 'train', first!));
    writeFileSync(join(folder(), 'train', second!), 'short');
    writeFileSync(join(folder(), '.ucf101-subset.json'), '{"selection"');
    expect(await findUcf101Subset(options)).toBeUndefined();
    const { fetchedBytes, fileCount } = await downloadUcf101Subset(options);
    expect(fileCount).toBe(10);
    expect(fetchedBytes).toBeGreaterThan(6000);
    expect(fetchedBytes).toBeLessThan(7200);
    expect(await findUcf101Subset(options)).toBeDefined();
  });

  it('has a folder of its own for each selection in the cache', async () => {
    const before = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = folder();
    try {
      const url = await serve(generated(['Run', 'Swim'], 6));
      const one = await downloadUcf101Subset({ url, classes: 1, filesPerClass: { train: 2, test: 1 }, ...QUICK });
      const two = await downloadUcf101Subset({ url, classes: 2, filesPerClass: { train: 2, test: 1 }, ...QUICK });
      expect(one.folder).toMatch(new RegExp(`^${folder()}/movinet-native/ucf101-subset/1-classes-2-1-[0-9a-f]{8}$`));
      expect(two.folder).not.toBe(one.folder);
      expect((await findUcf101Subset({ url, classes: 1, filesPerClass: { train: 2, test: 1 } }))?.folder).toBe(
        one.folder,
      );
    } finally {
      if (before === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = before;
    }
  });

  it('refuses what the archive cannot give', async () => {
    const url = await serve(generated(['Run', 'Swim'], 6));
    const options = { url, folder: folder(), classes: 2, filesPerClass: { train: 3, test: 2 }, ...QUICK };
    await expect(downloadUcf101Subset({ ...options, classes: 3 })).rejects.toThrow(DatasetError);
    await expect(downloadUcf101Subset({ ...options, classes: 3 })).rejects.toThrow(/has 2 classes, not 3/);
    await expect(downloadUcf101Subset({ ...options, classes: ['Run', 'Fly'] })).rejects.toThrow(
      /has no class "Fly"; it has Run, Swim/,
    );
    await expect(downloadUcf101Subset({ ...options, filesPerClass: { train: 6, test: 1 } })).rejects.toThrow(
      /Class "Run" .* has 6 videos: too few for 6/,
    );
    await expect(downloadUcf101Subset({ ...options, classes: [] })).rejects.toThrow(UsageError);
    await expect(downloadUcf101Subset({ ...options, filesPerClass: { train: 0, test: 1 } })).rejects.toThrow(
      UsageError,
    );
    expect(readdirSync(folder())).toEqual([]);
    await downloadUcf101Subset(options);
    await expect(downloadUcf101Subset({ ...options, classes: 1 })).rejects.toThrow(
      /holds another part of UCF101: choose another folder/,
    );
  });

  it('refuses an archive without UCF101 videos', async () => {
    const url = await serve([{ name: 'cats/1.avi', content: Buffer.from('x') }]);
    await expect(downloadUcf101Subset({ url, folder: folder(), ...QUICK })).rejects.toThrow(
      /holds no videos named as UCF101 names them/,
    );
  });

  it('is not complete, but can go on, after a failure', async () => {
    const url = await serve(generated(['Run', 'Swim'], 6, 20_000));
    const options = {
      url,
      folder: folder(),
      classes: 2,
      filesPerClass: { train: 3, test: 2 },
      concurrency: 1,
      ...QUICK,
    };
    const total = 10 * 20_000;
    let allowed = 5;
    server.fault = (request, response) =>
      request.start < total - 25_000 && allowed-- <= 0 && server.cut(response, request, 0);
    await expect(downloadUcf101Subset(options)).rejects.toThrow(DownloadError);
    expect(await findUcf101Subset(options)).toBeUndefined();
    const stored = files('train').filter((name) => name.endsWith('.avi')).length;
    expect(stored).toBeGreaterThan(0);
    server.fault = () => false;
    const { fetchedBytes } = await downloadUcf101Subset(options);
    expect(fetchedBytes).toBeLessThan((10 - stored + 1) * 20_100);
    expect((await findUcf101Subset(options))?.fileCount).toBe(10);
  });

  it('a process killed in the middle leaves whole files and parts under other names; the next one goes on', async () => {
    const members = generated(['Run', 'Swim'], 6, 60_000);
    const url = await serve(members);
    let answered = 0;
    const child = spawn(
      process.execPath,
      ['-r', 'ts-node/register', join(__dirname, '../support/download-in-child.ts'), url, folder()],
      { stdio: 'inherit' },
    );
    const killed = once(child, 'exit');
    // The first four members are answered, the next two by half: then, when these halves are on the disk, the process is killed.
    server.fault = (request, response) => {
      const isMember = request.end - request.start > 50_000 && request.end - request.start < 70_000;
      if (!isMember || ++answered <= 4) return false;
      server.head(response, request);
      response.write(server.content.subarray(request.start, request.start + 30_000));
      return true;
    };
    // A part may get its final name between being listed and being looked at.
    const sizeOf = (name: string): number | undefined =>
      statSync(join(folder(), name), { throwIfNoEntry: false })?.size;
    const halves = (): number =>
      files('.').filter((name) => name.endsWith('.zip-part') && sizeOf(name) === 30_000).length;
    while (child.exitCode === null && halves() < 2) await setTimeout(10);
    child.kill('SIGKILL');
    expect((await killed)[1]).toBe('SIGKILL');
    const names = files('.');
    const whole = names.filter((name) => name.endsWith('.avi'));
    const parts = names.filter((name) => name.endsWith('.zip-part'));
    expect([whole.length, parts.length, names.length]).toEqual([4, 2, 6]);
    for (const name of whole) {
      const member = members.find((each) => basename(each.name) === basename(name))!;
      expect(readFileSync(join(folder(), name)).equals(Buffer.from(member.content))).toBe(true);
    }
    expect(existsSync(join(folder(), '.ucf101-subset.json'))).toBe(false);

    server.fault = () => false;
    const { fetchedBytes } = await downloadUcf101Subset({
      url,
      folder: folder(),
      classes: 2,
      filesPerClass: { train: 3, test: 2 },
      ...QUICK,
    });
    expect(fetchedBytes).toBeGreaterThan(4 * 60_000 + 2 * 30_000);
    expect(fetchedBytes).toBeLessThan(4 * 60_100 + 2 * 30_100);
    expect(files('.').filter((name) => !name.endsWith('.avi'))).toEqual(['.ucf101-subset.json']);
  });
});

describeWith(UCF101_CLIPS)('downloadUcf101Subset of real clips', () => {
  it('brings the clips as they are, though connections break', async () => {
    const clips = (await listFolders(UCF101_CLIPS, { parts: 'none' })).rows
      .filter((row) => labelOf(row) < 3)
      .map(({ path }) => ({ name: `UCF101/${basename(path)}`, content: readFileSync(path) }));
    const url = await serve(clips);
    server.fault = (request, response) => request.number % 3 === 2 && server.cut(response, request, 100_000);
    const subset = await downloadUcf101Subset({
      url,
      folder: folder(),
      classes: 2,
      filesPerClass: { train: 3, test: 2 },
      ...QUICK,
      retries: 5,
    });
    expect(subset.fileCount).toBe(10);
    const set = await listVideoDataset(folder());
    for (const row of set.rows) {
      const { path } = row;
      const original = join(UCF101_CLIPS, set.task.classes[labelOf(row)]!, basename(path));
      expect(readFileSync(path).equals(readFileSync(original))).toBe(true);
    }
  });
});
