import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** A wrong one, for tests. */
  readonly crc32?: number;
}

/** A zip archive in memory, with faults where asked for. `zip64`: all sizes and offsets stand in ZIP64 fields. */
export function writeZip(members: readonly ZipMember[], { zip64 = false } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const name = Buffer.from(member.name);
    const data = member.deflate === true ? deflateRawSync(member.content) : Buffer.from(member.content);
    const extra = zip64 ? zip64Extra(member.content.length, data.length, offset) : Buffer.alloc(0);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(zip64 ? 45 : 20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(member.deflate === true ? 8 : 0, 4);
    common.writeUInt32LE(member.crc32 ?? crc32(member.content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(member.content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([u32(0x04034b50), common, name, data]);
    const central = Buffer.from(common);
    if (zip64) central.fill(0xff, 14, 22);
    central.writeUInt16LE(extra.length, 24);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(zip64 ? 0xffffffff : offset, 10);
    directory.push(Buffer.concat([u32(0x02014b50), Buffer.from([45, 3]), central, tail, name, extra]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : members.length, 8);
  end.writeUInt16LE(zip64 ? 0xffff : members.length, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : central.length, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  return Buffer.concat([...parts, central, ...(zip64 ? zip64End(members.length, central.length, offset) : []), end]);
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

const zip64Extra = (size: number, packed: number, offset: number): Buffer =>
  Buffer.concat([Buffer.from([1, 0, 24, 0]), u64(size), u64(packed), u64(offset)]);

function zip64End(count: number, length: number, offset: number): Buffer[] {
  const record = [
    u32(0x06064b50),
    u64(44),
    Buffer.from([45, 0, 45, 0]),
    u32(0),
    u32(0),
    u64(count),
    u64(count),
    u64(length),
    u64(offset),
  ];
  return [...record, u32(0x07064b50), u32(0), u64(offset + length), u32(1)];
}
