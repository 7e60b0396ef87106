import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DownloadError } from '../../lib/base/errors';
import { RemoteZip } from '../../lib/io/remote-zip';
import { RangeServer } from './support/range-server';
import { temporaryFolder } from './support/temporary-folder';
import { writeZip } from './support/zip-writer';

const folder = temporaryFolder();
let server: RangeServer;
afterEach(() => server.close());

async function open(archive: Buffer): Promise<RemoteZip> {
  server = await new RangeServer(archive).listen();
  return RemoteZip.open(server.url, { backoffMs: 1, timeoutMs: 5000, retries: 0 });
}

function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) to.copy(copy, at);
  return copy;
}

const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const ZEROS = { name: 'zeros', content: Buffer.alloc(5_000_000), deflate: true };

it('writes no more of a member than the directory says', async () => {
  const zip = await open(replaced(writeZip([ZEROS]), u32(ZEROS.content.length), u32(100)));
  const path = join(folder(), 'zeros');
  await expect(zip.extract(zip.entries[0]!, path)).rejects.toThrow(/holds a damaged member, zeros: too many bytes/);
  expect(readdirSync(folder()).map((name) => statSync(join(folder(), name)).size)).toEqual([]);
});

it('refuses a member of terabytes before it is fetched', async () => {
  const zip = await open(replaced(writeZip([ZEROS], { zip64: true }), u64(ZEROS.content.length), u64(2 ** 40)));
  const before = server.requests.length;
  const attempt = zip.extract(zip.entries[0]!, join(folder(), 'zeros'));
  await expect(attempt).rejects.toThrow(DownloadError);
  await expect(attempt).rejects.toThrow(/holds zeros, which unpacks to more than 2048 MiB$/);
  expect(server.requests.length).toBe(before);
});

it('reads no directory without bound', async () => {
  const count = 550;
  const header = Buffer.alloc(46 + 1 + 2 * 0xfff0);
  u32(0x02014b50).copy(header);
  // Name, extra field and comment, of which the last two fill the directory.
  header.writeUInt16LE(1, 28);
  header.writeUInt16LE(0xfff0, 30);
  header.writeUInt16LE(0xfff0, 32);
  header.write('a', 46);
  // One extra field of a kind that nobody knows.
  header.writeUInt16LE(0x9999, 47);
  header.writeUInt16LE(0xfff0 - 4, 49);
  const directory = Buffer.concat(Array.from({ length: count }, () => header));
  const end = Buffer.alloc(22);
  u32(0x06054b50).copy(end);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory.length, 12);
  await expect(open(Buffer.concat([directory, end]))).rejects.toThrow(
    /is no zip archive that can be read: its directory is larger than 64 MiB$/,
  );
});
