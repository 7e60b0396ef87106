import { Reader } from 'protobufjs';
import { maskedCrc32c } from '../../lib/formats/crc32c';

const FOOTER_BYTES = 48;

/** A checkpoint's index with the checksums that its blocks should have, as far as it can be read at all. */
export function resealed(index: Buffer): Buffer {
  const copy = Buffer.from(index);
  try {
    const footer = Reader.create(copy.subarray(Math.max(0, copy.length - FOOTER_BYTES)));
    seal(copy, footer);
    for (const handle of values(seal(copy, footer))) seal(copy, Reader.create(handle));
  } catch {
    // What is too damaged to be sealed needs no seal.
  }
  return copy;
}

/** Seals the block that the handle names, and returns it. */
function seal(file: Buffer, handle: Reader): Buffer {
  const [offset, size] = [Number(handle.uint64()), Number(handle.uint64())];
  file.writeUInt32LE(maskedCrc32c(file.subarray(offset, offset + size + 1)), offset + size + 1);
  return file.subarray(offset, offset + size);
}

function values(block: Buffer): Buffer[] {
  const end = block.length - 4 * (block.readUInt32LE(block.length - 4) + 1);
  const reader = Reader.create(block.subarray(0, end));
  const found: Buffer[] = [];
  while (reader.pos < end) {
    const [, own, length] = [reader.uint32(), reader.uint32(), reader.uint32()];
    const start = reader.pos + own;
    reader.skip(own).skip(length);
    found.push(block.subarray(start, start + length));
  }
  return found;
}
