import { randomFillSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadMembers, type DownloadProgress } from '../../lib/io/member-download';
import { RemoteZip, type RemoteZipEntry } from '../../lib/io/remote-zip';
import { DownloadError, OutputError } from '../../lib/base/errors';
import { RangeServer } from './support/range-server';
import { temporaryFolder } from './support/temporary-folder';
import { writeZip, type ZipMember } from './support/zip-writer';

const QUICK = { backoffMs: 1, timeoutMs: 5000, retries: 1 };
const folder = temporaryFolder();
const random = (length: number): Buffer => randomFillSync(Buffer.alloc(length));

const MEMBERS: ZipMember[] = [
  { name: 'clips/', content: Buffer.alloc(0) },
  { name: 'clips/a.avi', content: random(200_000) },
  { name: 'clips/b.avi', content: random(150_000), deflate: true },
  { name: 'clips/text.avi', content: Buffer.from('frame '.repeat(50_000)), deflate: true },
  { name: 'clips/empty.avi', content: Buffer.alloc(0) },
  { name: 'clips/ü.avi', content: random(10) },
];

let server: RangeServer;
async function serve(members: readonly ZipMember[] | Buffer, options?: { zip64?: boolean }): Promise<string> {
  server = await new RangeServer(Buffer.isBuffer(members) ? members : writeZip(members, options)).listen();
  return server.url;
}
afterEach(() => server.close());

const member = (zip: RemoteZip, name: string): RemoteZipEntry =>
  zip.entries.find((entry) => entry.name === name) as RemoteZipEntry;
const target = (name = 'a.avi'): string => join(folder(), name);
const contentOf = (name: string): Buffer => Buffer.from(MEMBERS.find((each) => each.name === name)!.content);

describe('RemoteZip', () => {
  it.each([false, true])('lists the files and unpacks each (ZIP64: %s)', async (zip64) => {
    const zip = await RemoteZip.open(await serve(MEMBERS, { zip64 }), QUICK);
    expect(zip.entries.map(({ name, size }) => [name, size])).toEqual(
      MEMBERS.slice(1).map(({ name, content }) => [name, content.length]),
    );
    for (const entry of zip.entries) {
      await zip.extract(entry, target());
      expect(readFileSync(target()).equals(contentOf(entry.name))).toBe(true);
      expect(await zip.isComplete(entry, target())).toBe(true);
    }
    expect(readdirSync(folder())).toEqual(['a.avi']);
  });

  it('fetches the directory in few requests, and of the members only those wanted, each in one', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({
      name: `UCF101/v_Class_g01_c${i}.avi`,
      content: random(2000),
    }));
    const zip = await RemoteZip.open(await serve(many), QUICK);
    expect(zip.entries).toHaveLength(3000);
    expect(server.requests.length).toBeLessThanOrEqual(4);
    const before = server.requests.length;
    await zip.extract(zip.entries[1500]!, target());
    expect(server.requests.length - before).toBe(1);
    expect(server.requestedBytes(before)).toBeLessThan(2200);
  });

  it('tells how many bytes came', async () => {
    const zip = await RemoteZip.open(await serve(MEMBERS), QUICK);
    const entry = member(zip, 'clips/a.avi');
    let bytes = 0;
    await zip.extract(entry, target(), (count) => (bytes += count));
    expect(bytes).toBe(entry.transferBytes);
    expect(entry.transferBytes - entry.size).toBeLessThan(100);
  });

  it('goes on by range after a connection was cut in the middle of a member', async () => {
    const zip = await RemoteZip.open(await serve(MEMBERS), QUICK);
    const before = server.requests.length;
    server.fault = (request, response) => request.number === before && server.cut(response, request, 80_000);
    await zip.extract(member(zip, 'clips/a.avi'), target());
    expect(readFileSync(target()).equals(contentOf('clips/a.avi'))).toBe(true);
    expect(server.requests.length - before).toBe(2);
    const skipped = server.requests.at(-1)!.start - server.requests.at(-2)!.start;
    expect(skipped).toBeGreaterThan(0);
    expect(skipped).toBeLessThanOrEqual(80_000);
  });

  it('keeps what came when it gives up, under another name, and goes on there next time', async () => {
    const url = await serve(MEMBERS);
    const zip = await RemoteZip.open(url, QUICK);
    const before = server.requests.length;
    server.fault = (request, response) => server.cut(response, request, request.number === before ? 80_000 : 0);
    await expect(zip.extract(member(zip, 'clips/a.avi'), target())).rejects.toThrow(DownloadError);
    expect(readdirSync(folder())).toEqual(['a.avi.zip-part']);
    const kept = statSync(`${target()}.zip-part`).size;
    expect(kept).toBeGreaterThan(0);

    server.fault = () => false;
    const again = await RemoteZip.open(url, QUICK);
    const from = server.requests.length;
    const counts: [number, boolean][] = [];
    await again.extract(member(again, 'clips/a.avi'), target(), (count, fetched) => counts.push([count, fetched]));
    expect(readFileSync(target()).equals(contentOf('clips/a.avi'))).toBe(true);
    expect(readdirSync(folder())).toEqual(['a.avi']);
    expect(server.requestedBytes(from)).toBe(member(again, 'clips/a.avi').transferBytes - kept);
    expect(counts[0]).toEqual([kept, false]);
  });

  it.each(['clips/a.avi', 'clips/b.avi'])(
    'starts over where the bytes of an earlier run are not right (%s)',
    async (name) => {
      const zip = await RemoteZip.open(await serve(MEMBERS), QUICK);
      const entry = member(zip, name);
      for (const leftover of [random(70_000), random(entry.transferBytes), random(entry.transferBytes + 1)]) {
        writeFileSync(`${target()}.zip-part`, leftover);
        let bytes = 0;
        await zip.extract(entry, target(), (count) => (bytes += count));
        expect(readFileSync(target()).equals(contentOf(name))).toBe(true);
        expect(bytes).toBe(entry.transferBytes);
        expect(readdirSync(folder())).toEqual(['a.avi']);
      }
    },
  );

  it.each([false, true])('refuses a member with a wrong CRC and leaves nothing (deflated: %s)', async (deflate) => {
    const zip = await RemoteZip.open(
      await serve([{ name: 'x/a.avi', content: random(5000), deflate, crc32: 12345 }]),
      QUICK,
    );
    const extracted = zip.extract(zip.entries[0]!, target());
    await expect(extracted).rejects.toThrow(DownloadError);
    await expect(extracted).rejects.toThrow(
      `${server.url} brought other bytes than promised for x/a.avi: its CRC is wrong`,
    );
    expect(readdirSync(folder())).toEqual([]);
    // The probe, the directory, and the member once: nothing of it came from an earlier run.
    expect(server.requests.filter(({ start }) => start === 0)).toHaveLength(3);
  });

  it('refuses a damaged member and leaves nothing', async () => {
    const archive = writeZip([{ name: 'x/a.avi', content: MEMBERS[3]!.content, deflate: true }, MEMBERS[1]!]);
    archive.fill(0xff, 50, 300);
    const zip = await RemoteZip.open(await serve(archive), QUICK);
    await expect(zip.extract(zip.entries[0]!, target())).rejects.toThrow(/holds a damaged member, x\/a.avi: /);
    archive.fill(0, 0, 4);
    await expect(zip.extract(zip.entries[0]!, target())).rejects.toThrow(
      /damaged member, x\/a.avi: invalid local file header/,
    );
    expect(readdirSync(folder())).toEqual([]);
  });

  it('refuses an encrypted member', async () => {
    const archive = writeZip([{ name: 'x/a.avi', content: random(50) }]);
    const central = archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    archive[central + 8] = archive[central + 8]! | 1;
    await expect(serve(archive).then((url) => RemoteZip.open(url, QUICK))).rejects.toThrow(
      /no zip archive that can be read/,
    );
  });

  it.each(['../evil.avi', 'x/../../evil.avi', '/etc/evil.avi', 'C:\\evil.avi', '..\\..\\evil.avi'])(
    'refuses an archive with the name %s',
    async (name) => {
      const opened = serve([MEMBERS[1]!, { name, content: random(10) }]).then((url) => RemoteZip.open(url, QUICK));
      await expect(opened).rejects.toThrow(DownloadError);
      await expect(opened).rejects.toThrow(/holds a name that would leave the folder \(.*evil.avi\): refused/);
    },
  );

  it.each([
    ['cut at the end', (archive: Buffer) => archive.subarray(0, archive.length - 30)],
    ['cut in the middle', (archive: Buffer) => archive.subarray(0, archive.length / 2)],
    ['with the start missing', (archive: Buffer) => archive.subarray(1000)],
    ['that is a web page', () => Buffer.from('<html>not found</html>')],
  ])('refuses an archive %s', async (_, damage) => {
    const opened = serve(damage(writeZip(MEMBERS))).then(async (url) => {
      const zip = await RemoteZip.open(url, QUICK);
      for (const entry of zip.entries) await zip.extract(entry, target());
    });
    await expect(opened).rejects.toThrow(DownloadError);
    await expect(opened).rejects.toThrow(
      new RegExp(`^${server.url} (is no zip archive that can be read|holds a damaged member)`),
    );
    expect(readdirSync(folder())).toEqual([]);
  });

  it('refuses members that lie over one another', async () => {
    const archive = writeZip([MEMBERS[1]!, MEMBERS[2]!]);
    const central = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    archive.writeUInt32LE(1000, central + 42);
    await expect(serve(archive).then((url) => RemoteZip.open(url, QUICK))).rejects.toThrow(
      /overlaps another or the end/,
    );
  });

  it('notices when the archive changes between its members', async () => {
    const zip = await RemoteZip.open(await serve(MEMBERS), QUICK);
    server.etag = '"other"';
    await expect(zip.extract(zip.entries[0]!, target())).rejects.toThrow(/changed during the transfer/);
  });

  it('a full disk: says so, keeps no file', async () => {
    const zip = await RemoteZip.open(await serve(MEMBERS), QUICK);
    symlinkSync('/dev/full', `${target()}.zip-part`);
    const extracted = zip.extract(member(zip, 'clips/a.avi'), target());
    await expect(extracted).rejects.toThrow(OutputError);
    await expect(extracted).rejects.toThrow(
      `Cannot write ${target()}: no space left: free some and run again, it goes on where it stopped`,
    );
    symlinkSync('/dev/full', `${target('b')}.part`);
    await expect(zip.extract(member(zip, 'clips/b.avi'), target('b'))).rejects.toThrow(/no space left/);
    expect(existsSync(target()) || existsSync(target('b')) || existsSync(`${target('b')}.part`)).toBe(false);
    await zip.extract(member(zip, 'clips/b.avi'), target('b'));
    expect(readFileSync(target('b')).equals(contentOf('clips/b.avi'))).toBe(true);
  });
});

describe('downloadMembers', () => {
  const all = (zip: RemoteZip): { entry: RemoteZipEntry; path: string }[] =>
    zip.entries.map((entry) => ({ entry, path: entry.name }));

  it('fetches into folders, tells the progress, and fetches nothing twice', async () => {
    const url = await serve(MEMBERS);
    const zip = await RemoteZip.open(url, QUICK);
    const seen: DownloadProgress[] = [];
    const fetched = await downloadMembers(zip, all(zip), folder(), { onProgress: (progress) => seen.push(progress) });
    const total = zip.entries.reduce((sum, entry) => sum + entry.transferBytes, 0);
    expect(fetched).toBe(total);
    expect(seen.at(-1)).toMatchObject({ files: 5, totalFiles: 5, bytes: total, totalBytes: total });
    expect(seen.at(-1)!.bytesPerSecond).toBeGreaterThan(0);
    for (const { name } of zip.entries) expect(readFileSync(target(name)).equals(contentOf(name))).toBe(true);

    writeFileSync(`${target('clips/a.avi')}.zip-part`, 'left over');
    writeFileSync(target('clips/b.avi'), random(150_000));
    const before = server.requests.length;
    expect(await downloadMembers(zip, all(zip), folder())).toBe(member(zip, 'clips/b.avi').transferBytes);
    expect(server.requests.length - before).toBe(1);
    expect(readFileSync(target('clips/b.avi')).equals(contentOf('clips/b.avi'))).toBe(true);
    expect(readdirSync(join(folder(), 'clips')).sort()).toEqual(['a.avi', 'b.avi', 'empty.avi', 'text.avi', 'ü.avi']);
  });

  it('keeps what is whole when another member fails, and starts nothing after it', async () => {
    const members = Array.from({ length: 40 }, (_, i) => ({
      name: `${i}.avi`,
      content: random(1000),
      ...(i === 5 ? { crc32: 1 } : {}),
    }));
    const zip = await RemoteZip.open(await serve(members), QUICK);
    await expect(downloadMembers(zip, all(zip), folder(), { concurrency: 2 })).rejects.toThrow(
      /5.avi: its CRC is wrong/,
    );
    const stored = readdirSync(folder());
    expect(stored).toEqual(expect.arrayContaining(['0.avi', '1.avi', '2.avi', '3.avi', '4.avi']));
    expect(stored.length).toBeLessThan(10);
    expect(stored.filter((name) => !/^\d+\.avi$/.test(name))).toEqual([]);
  });

  it.each(['../out.avi', 'a/../../out.avi', '/tmp/out.avi', '', '.', 'x\0.avi'])(
    'refuses to write to "%s"',
    async (path) => {
      const zip = await RemoteZip.open(await serve(MEMBERS), QUICK);
      await expect(downloadMembers(zip, [{ entry: zip.entries[0]!, path }], folder())).rejects.toThrow(
        /Refused to write/,
      );
      expect(readdirSync(folder())).toEqual([]);
    },
  );

  it('names a folder that cannot be made, and a target that is a folder', async () => {
    const zip = await RemoteZip.open(await serve(MEMBERS), QUICK);
    writeFileSync(join(folder(), 'clips'), '');
    await expect(downloadMembers(zip, all(zip), folder())).rejects.toThrow(OutputError);
    mkdirSync(join(folder(), 'a.avi'));
    await expect(downloadMembers(zip, [{ entry: zip.entries[0]!, path: 'a.avi' }], folder())).rejects.toThrow(
      /Cannot write .*a.avi: /,
    );
  });

  it('ends with the signal’s reason in the middle of a member, and goes on later', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const url = await serve(MEMBERS);
    const zip = await RemoteZip.open(url, { ...QUICK, signal: controller.signal });
    server.fault = (request, response) => {
      server.head(response, request);
      response.write(server.content.subarray(request.start, request.start + 50), () =>
        setTimeout(() => controller.abort(reason), 20),
      );
      return true;
    };
    await expect(downloadMembers(zip, all(zip), folder(), { concurrency: 2 })).rejects.toBe(reason);
    expect(readdirSync(join(folder(), 'clips')).every((name) => name.endsWith('.zip-part'))).toBe(true);
    server.fault = () => false;
    const again = await RemoteZip.open(url, QUICK);
    await downloadMembers(again, all(again), folder());
    for (const { name } of again.entries) expect(readFileSync(target(name)).equals(contentOf(name))).toBe(true);
  });
});
