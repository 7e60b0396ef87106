import { readFile, stat } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { Reader, parse } from 'protobufjs';
import { CheckpointError } from '../base/errors';

/** One tensor of a checkpoint, as its index describes it. */
export interface CheckpointEntry {
  readonly key: string;
  /** The number of TensorFlow's `DataType`: 1 float32, 3 int32, 7 string, 9 int64 … */
  readonly dtype: number;
  readonly shape: readonly number[];
  /** Bytes in the data file. */
  readonly size: number;
}

const schema = parse(
  `
syntax = "proto3";
message BundleHeaderProto { int32 num_shards = 1; int32 endianness = 2; }
message BundleEntryProto {
  message TensorShapeProto { message Dim { int64 size = 1; } repeated Dim dim = 2; }
  int32 dtype = 1;
  TensorShapeProto shape = 2;
  int32 shard_id = 3;
  int64 offset = 4;
  int64 size = 5;
  repeated bytes slices = 7;
}
`,
  { keepCase: true },
).root;
const BundleHeaderProto = schema.lookupType('BundleHeaderProto');
const BundleEntryProto = schema.lookupType('BundleEntryProto');

interface BundleEntry {
  dtype: number;
  shape: { dim: { size: number }[] } | null;
  shard_id: number;
  offset: number;
  size: number;
  slices: unknown[];
}

/** Bytes of one number, by TensorFlow's numbers of dtypes; of others, such as strings, each takes one byte of the data at least. */
const DTYPE_BYTES: Readonly<Record<number, number>> = {
  ...{ 1: 4, 2: 8, 3: 4, 4: 1, 5: 2, 6: 1, 8: 8, 9: 8, 10: 1, 14: 2 },
  ...{ 17: 2, 18: 16, 19: 2, 22: 4, 23: 8 },
};

/** The end of a table file (tensorflow/core/lib/io/format.h): two block handles, padding, a magic number. */
const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;
/** A key is told by what differs from the one before, so that many long ones stand in few bytes. */
const LONGEST_KEY = 4096;
const MOST_KEY_BYTES = 2 ** 24;
/** Compression type and checksum after each block. */
const BLOCK_TRAILER_BYTES = 5;

/**
 * What is in a checkpoint, from `prefix.index` alone, without TensorFlow; the data files are checked to be there and long enough. Throws
 * {@link CheckpointError} that names the file that is missing, truncated or damaged. TensorFlow takes the memory for a tensor before it looks whether
 * there is so much data: an index goes through here first.
 */
export async function readCheckpointIndex(prefix: string): Promise<CheckpointEntry[]> {
  const path = `${prefix}.index`;
  const file = await readFile(path).catch((error: unknown) => {
    throw new CheckpointError(`The checkpoint's index ${path} cannot be read (${reasonOf(error)})`, { cause: error });
  });
  let shards: number;
  let entries: [string, BundleEntry][];
  try {
    const [header, ...rest] = tableEntries(file);
    if (header?.[0] !== '') throw new RangeError('no header');
    const { num_shards, endianness } = BundleHeaderProto.decode(header[1]) as unknown as {
      num_shards: number;
      endianness: number;
    };
    if (endianness !== 0) throw new RangeError('big-endian');
    shards = num_shards;
    entries = rest.map(([key, value]) => [
      key,
      BundleEntryProto.toObject(BundleEntryProto.decode(value), { longs: Number, defaults: true }) as BundleEntry,
    ]);
    const all = entries.reduce((sum, [, { size }]) => sum + size, 0);
    for (const [, entry] of entries) checkEntry(entry, shards, all);
  } catch (error) {
    throw new CheckpointError(`The checkpoint's index ${path} is damaged (${reasonOf(error)}); fetch it again`, {
      cause: error,
    });
  }
  const ends = new Map<number, number>();
  for (const [, { shard_id, offset, size }] of entries)
    ends.set(shard_id, Math.max(ends.get(shard_id) ?? 0, offset + size));
  await Promise.all([...ends].map(([shard, end]) => checkShard(shardPath(prefix, shard, shards), end)));
  return entries.map(([key, { dtype, shape, size }]) => ({
    key,
    dtype,
    shape: (shape?.dim ?? []).map((dim) => dim.size),
    size,
  }));
}

/** Throws RangeError for a tensor that is not where, or what, the index says. */
function checkEntry(
  { dtype, shape, shard_id, offset, size, slices }: BundleEntry,
  shards: number,
  allBytes: number,
): void {
  if (shard_id < 0 || shard_id >= shards) throw new RangeError('a tensor in no data file');
  const dims = (shape?.dim ?? []).map((dim) => dim.size);
  if ([offset, size, ...dims].some((value) => !Number.isSafeInteger(value) || value < 0))
    throw new RangeError('a number out of range');
  const elements = dims.reduce((product, dim) => product * dim, 1);
  // The numbers of a sliced tensor are in other entries.
  const held = slices.length === 0 ? size : allBytes;
  if (!(elements * (DTYPE_BYTES[dtype] ?? 1) <= held)) throw new RangeError('a tensor larger than its data');
}

function shardPath(prefix: string, shard: number, shards: number): string {
  return `${prefix}.data-${String(shard).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}`;
}

async function checkShard(path: string, expected: number): Promise<void> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw new CheckpointError(`The checkpoint's data file ${path} cannot be read (${reasonOf(error)})`, {
      cause: error,
    });
  });
  if (size < expected)
    throw new CheckpointError(
      `The checkpoint's data file ${path} is truncated: ${size} of ${expected} bytes; fetch it again`,
    );
}

/** Keys and values of a table file, in order. Throws RangeError where it is not one. */
function tableEntries(file: Buffer): [string, Buffer][] {
  const footer = file.length - FOOTER_BYTES;
  if (footer < 0 || file.readBigUInt64LE(file.length - 8) !== MAGIC) throw new RangeError('truncated, or no index');
  const handles = Reader.create(file.subarray(footer));
  blockHandle(handles);
  let left = file.length;
  const blocks = blockEntries(file, blockHandle(handles));
  return blocks
    .flatMap(([, bytes]) => {
      const handle = blockHandle(Reader.create(bytes));
      left -= handle.size;
      // One block named again and again would be more than any memory holds.
      if (left < 0) throw new RangeError('blocks over one another');
      return blockEntries(file, handle);
    })
    .map(([key, value]) => [key.toString(), value]);
}

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

function blockHandle(reader: Reader): BlockHandle {
  return { offset: Number(reader.uint64()), size: Number(reader.uint64()) };
}

function blockEntries(file: Buffer, { offset, size }: BlockHandle): [Buffer, Buffer][] {
  if (offset + size + BLOCK_TRAILER_BYTES > file.length || size < 4) throw new RangeError('a block beyond its end');
  // TensorFlow writes its bundles without compression.
  if (file[offset + size] !== 0) throw new RangeError('a compressed block');
  const block = file.subarray(offset, offset + size);
  const end = size - 4 * (block.readUInt32LE(size - 4) + 1);
  if (end < 0) throw new RangeError('a block without an end');
  const reader = Reader.create(block.subarray(0, end));
  const entries: [Buffer, Buffer][] = [];
  let key = Buffer.alloc(0);
  let keyBytes = 0;
  while (reader.pos < end) {
    const [shared, own, length] = [reader.uint32(), reader.uint32(), reader.uint32()];
    const start = reader.pos;
    reader.skip(own).skip(length);
    key = Buffer.concat([key.subarray(0, shared), block.subarray(start, start + own)]);
    keyBytes += key.length;
    if (key.length > LONGEST_KEY || keyBytes > MOST_KEY_BYTES) throw new RangeError('keys too long');
    entries.push([key, block.subarray(start + own, start + own + length)]);
  }
  return entries;
}

function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
