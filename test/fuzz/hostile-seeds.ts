import { deflateRawSync, gzipSync } from 'node:zlib';
import { Writer } from 'protobufjs';
import { MetaGraphDef, SavedModel } from '../../lib/native/messages';
import { writeZip } from '../io/support/zip-writer';
import { writeTar } from '../support/archives';

/** Files that promise more than they hold: what must be bounded before memory is taken. */

const FLOAT32 = 1;
const key = (field: number, wire: number): number => field * 8 + wire;

function message(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  return writer.finish();
}

function shapeProto(dims: readonly (number | string)[]): Uint8Array {
  return message((writer) => {
    for (const dim of dims) writer.uint32(key(2, 2)).bytes(new Writer().uint32(key(1, 0)).int64(dim).finish());
  });
}

/** A `Const` with one number that stands for as many as the shape says. */
function filledConstant(name: string, dims: readonly (number | string)[]): Uint8Array {
  const tensor = message((writer) =>
    writer
      .uint32(key(1, 0))
      .int32(FLOAT32)
      .uint32(key(2, 2))
      .bytes(shapeProto(dims))
      .uint32(key(5, 2))
      .bytes(Buffer.from(Float32Array.of(1.5).buffer)),
  );
  const attribute = (attr: string, value: Uint8Array): Uint8Array =>
    new Writer().uint32(key(1, 2)).string(attr).uint32(key(2, 2)).bytes(value).finish();
  const dtype = new Writer().uint32(key(6, 0)).int32(FLOAT32).finish();
  return message((writer) =>
    writer
      .uint32(key(1, 2))
      .string(name)
      .uint32(key(2, 2))
      .string('Const')
      .uint32(key(5, 2))
      .bytes(attribute('dtype', dtype))
      .uint32(key(5, 2))
      .bytes(attribute('value', new Writer().uint32(key(8, 2)).bytes(tensor).finish())),
  );
}

/** A SavedModel with one more constant, in its graph or in a function of it. */
export function withConstant(
  model: Uint8Array,
  dims: readonly (number | string)[],
  place: 'graph' | 'function',
): Buffer {
  const decoded = SavedModel.toObject(SavedModel.decode(model)) as { meta_graphs: { graph_def: Uint8Array }[] };
  const [metaGraph] = decoded.meta_graphs;
  const node = filledConstant('huge', dims);
  // GraphDef.node, or GraphDef.library.function.node_def.
  const added =
    place === 'graph'
      ? new Writer().uint32(key(1, 2)).bytes(node).finish()
      : nested(
          [2, 1],
          message((writer) =>
            writer
              .uint32(key(1, 2))
              .bytes(nested([1], Buffer.from('f')))
              .uint32(key(3, 2))
              .bytes(node),
          ),
        );
  metaGraph!.graph_def = Buffer.concat([metaGraph!.graph_def, added]);
  if (MetaGraphDef.verify(metaGraph!) !== null) throw new Error('The seed is wrong');
  return Buffer.from(SavedModel.encode(decoded).finish());
}

function nested(fields: readonly number[], content: Uint8Array): Uint8Array {
  return fields.reduceRight((inner, field) => new Writer().uint32(key(field, 2)).bytes(inner).finish(), content);
}

/** A video with other numbers for width and height, wherever they stand as such: container and codec. */
export function withFrameSize(video: Buffer, from: readonly [number, number], to: readonly [number, number]): Buffer {
  const copy = Buffer.from(video);
  const pairs = [
    // An AVI file's stream format; JPEG's frame header, height first; MP4's sample entry.
    { bytes: [u32le(from[0]), u32le(from[1])], by: [u32le(to[0]), u32le(to[1])] },
    { bytes: [u16be(from[1]), u16be(from[0])], by: [u16be(to[1]), u16be(to[0])] },
    { bytes: [u16be(from[0]), u16be(from[1])], by: [u16be(to[0]), u16be(to[1])] },
    // VP8's frame header.
    { bytes: [u16le(from[0]), u16le(from[1])], by: [u16le(to[0]), u16le(to[1])] },
  ];
  for (const { bytes, by } of pairs) {
    const wanted = Buffer.concat(bytes);
    for (let at = copy.indexOf(wanted); at >= 0; at = copy.indexOf(wanted, at + 1)) Buffer.concat(by).copy(copy, at);
  }
  return copy;
}

/** A WebM file that says another height than its frames have. */
export function withPixelHeight(video: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.from(video);
  // The element PixelHeight, its length of one byte, its value.
  copy[copy.indexOf(Buffer.of(0xba, 0x81, from)) + 2] = to;
  return copy;
}

const u32le = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const u16be = (value: number): Buffer => Buffer.of(value >> 8, value & 255);

const u16le = (value: number): Buffer => Buffer.of(value & 255, value >> 8);

const ZEROS = Buffer.alloc(8 * 2 ** 20);

/** A member of 8 MiB that its header says has 100 bytes. */
export function zipBomb(): Buffer {
  const zip = writeZip([{ name: 'zeros', content: ZEROS, deflate: true }]);
  const size = u32le(ZEROS.length);
  for (let at = zip.indexOf(size); at >= 0; at = zip.indexOf(size, at + 1)) u32le(100).copy(zip, at);
  return zip;
}

/** A file of one megabyte in a thousandth of it, and one that says it has a terabyte. */
export function tarBombs(): Record<string, Buffer> {
  return {
    'packed-zeros': gzipSync(writeTar([{ path: 'zeros', content: ZEROS }])),
    terabyte: writeTar([{ path: 'zeros', size: 2 ** 40 }]),
    'packed-noise': Buffer.concat([gzipSync(Buffer.alloc(0)), deflateRawSync(ZEROS)]),
  };
}
