import { randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Writer } from 'protobufjs';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import type { ModelId } from '../../lib/movinet/options';
import { maskedCrc32c } from '../../lib/formats/crc32c';

interface Tensor {
  readonly key: string;
  readonly shape: readonly number[];
}

const FLOAT32 = 1;

/** The float32 variables of a model with the 600 Kinetics classes, under their official keys. */
export function modelTensors(id: ModelId): Tensor[] {
  return architectureOf(id, 600).parameters.map(({ path, shape }) => ({
    key: `model/${path}/.ATTRIBUTES/VARIABLE_VALUE`,
    shape,
  }));
}

/** Writes a checkpoint's files without TensorFlow; its numbers are noise, and then zeros. */
export function writeCheckpointFiles(prefix: string, tensors: readonly Tensor[]): void {
  let end = 0;
  const entries = [...tensors]
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    .map(({ key, shape }): [string, Uint8Array] => {
      const size = shape.reduce((product, dim) => product * dim, 4);
      const offset = end;
      end += size;
      return [key, bundleEntry(shape, offset, size)];
    });
  writeFileSync(`${prefix}.index`, indexFile(entries));
  const data = Buffer.alloc(end);
  writeFileSync(`${prefix}.data-00000-of-00001`, randomFillSync(data, 0, Math.min(end, 300_000)));
}

/** The bytes of an index with these entries, which are sorted by their keys. */
export function indexFile(entries: readonly [string, Uint8Array][], inBlock = 100): Buffer {
  // num_shards = 1
  return table([['', new Writer().uint32(8).int32(1).finish()], ...entries], inBlock);
}

/** A float32 tensor in an index; a string stands for a number beyond what JavaScript counts to. */
export function bundleEntry(shape: readonly (number | string)[], offset: number, size: number): Uint8Array {
  const dims = new Writer();
  for (const dim of shape) dims.uint32(0x12).bytes(new Writer().uint32(8).int64(dim).finish());
  return new Writer()
    .uint32(0x08)
    .int32(FLOAT32)
    .uint32(0x12)
    .bytes(dims.finish())
    .uint32(0x20)
    .int64(offset)
    .uint32(0x28)
    .int64(size)
    .finish();
}

/** A table file of so many entries in a data block, with shared key beginnings as TensorFlow writes them. */
function table(entries: readonly [string, Uint8Array][], inBlock: number): Buffer {
  const parts: Buffer[] = [];
  const handles: [string, Uint8Array][] = [];
  let offset = 0;
  const add = (content: readonly [string, Uint8Array][]): Uint8Array => {
    const bytes = block(content);
    const handle = new Writer().uint64(offset).uint64(bytes.length).finish();
    // No compression, and the checksum of all before it.
    const trailer = Buffer.alloc(5);
    trailer.writeUInt32LE(maskedCrc32c(Buffer.concat([bytes, trailer.subarray(0, 1)])), 1);
    parts.push(bytes, trailer);
    offset += bytes.length + 5;
    return handle;
  };
  for (let i = 0; i < entries.length; i += inBlock) {
    const content = entries.slice(i, i + inBlock);
    handles.push([content.at(-1)![0], add(content)]);
  }
  const footer = Buffer.alloc(48);
  Buffer.concat([add([]), add(handles)]).copy(footer);
  footer.writeBigUInt64LE(0xdb4775248b80fb57n, 40);
  return Buffer.concat([...parts, footer]);
}

function block(entries: readonly [string, Uint8Array][]): Buffer {
  const parts: Uint8Array[] = [];
  let before = Buffer.alloc(0);
  for (const [key, value] of entries) {
    const bytes = Buffer.from(key);
    let shared = 0;
    while (shared < Math.min(before.length, bytes.length) && before[shared] === bytes[shared]) shared++;
    parts.push(
      new Writer()
        .uint32(shared)
        .uint32(bytes.length - shared)
        .uint32(value.length)
        .finish(),
      bytes.subarray(shared),
      value,
    );
    before = bytes;
  }
  const restarts = Buffer.alloc(8);
  restarts.writeUInt32LE(1, 4);
  return Buffer.concat([...parts, restarts]);
}
