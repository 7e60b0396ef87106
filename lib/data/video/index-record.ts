import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { VideoIndex, VideoNote } from '../../native/video';

/**
 * What the cache keeps of one video: a line of text with a checksum,
 * `"name" TAB size TAB time of change TAB crc32 TAB index as JSON TAB table in base64`.
 * Where it lies is kept rather than a buffer of its own, as there may be some hundred thousand of them.
 */
export interface IndexRecord {
  readonly bytes: Buffer;
  /** Of its line, without the line's end, which may follow. */
  readonly start: number;
  readonly end: number;
}

/** A record of its own type, so that none is forgotten. */
const NOTES: Readonly<Record<VideoNote, true>> = {
  'hidden-frames': true,
  'cover-picture': true,
  'other-tracks': true,
  'no-timestamps': true,
  'cut-off': true,
  'unusual-matrix': true,
};
const count = z.int().nonnegative();

const schema = z.object({
  ...{ width: count, height: count, rotation: z.literal([0, 90, 180, 270]), mirrored: z.boolean() },
  ...{ sampleAspectRatio: z.number(), codec: z.string(), container: z.string() },
  ...{
    frameCount: count,
    exact: z.boolean(),
    promisedFrames: count.exactOptional(),
    frameRate: z.number(),
    averageFrameRate: z.number(),
  },
  ...{
    variable: z.boolean(),
    duration: z.number(),
    keyFrameCount: count,
    promisedFrames: count.exactOptional(),
    damagedPackets: count.exactOptional(),
    notes: z.array(z.enum(Object.keys(NOTES) as VideoNote[])),
  },
});

/** Of a file that could not be looked at. */
export const UNKNOWN_STAMP = '\t';

const TAB = 9;
const CRC_DIGITS = 8;

/** A name as it stands in a record: also a file's with a tab or a line's end in it. */
export function recordName(name: string): string {
  return Buffer.from(JSON.stringify(name)).toString('latin1');
}

/** The name of a record, as {@link recordName} writes it; undefined where the line is none. */
export function nameOf({ bytes, start, end }: IndexRecord): string | undefined {
  const tab = bytes.subarray(start, end).indexOf(TAB);
  return tab < 0 ? undefined : bytes.toString('latin1', start, start + tab);
}

/** Its `bytes` are a whole line. `stamp`: size and time of change of the file, `size TAB nanoseconds`. */
export function encodeRecord(name: string, stamp: string, index: VideoIndex): IndexRecord {
  const { table, ...facts } = index;
  const head = `${JSON.stringify(name)}\t${stamp}\t`;
  const body = `\t${JSON.stringify(facts)}\t${Buffer.from(table).toString('base64')}`;
  const check = crc32(body, crc32(head)).toString(16).padStart(CRC_DIGITS, '0');
  const bytes = Buffer.from(`${head}${check}${body}\n`);
  return { bytes, start: 0, end: bytes.length - 1 };
}

/** Size and time of change of the file that a whole record is of. */
export function stampOf({ bytes, start, end }: IndexRecord): string {
  const name = bytes.indexOf(TAB, start) + 1;
  const time = bytes.indexOf(TAB, bytes.indexOf(TAB, name) + 1);
  return bytes.toString('latin1', name, Math.min(time, end));
}

/** Undefined where the record is damaged, or of another state of the file. */
export function decodeRecord({ bytes, start, end }: IndexRecord, stamp: string): VideoIndex | undefined {
  const line = bytes.subarray(start, end);
  const wanted = Buffer.from(`\t${stamp}\t`);
  const name = line.indexOf(TAB);
  if (name < 0 || !line.subarray(name, name + wanted.length).equals(wanted)) return undefined;
  const check = name + wanted.length;
  const body = check + CRC_DIGITS;
  const sum = crc32(line.subarray(body), crc32(line.subarray(0, check)));
  if (Number.parseInt(line.toString('latin1', check, body), 16) !== sum) return undefined;
  const table = line.indexOf(TAB, body + 1);
  if (line[body] !== TAB || table < 0) return undefined;
  const facts = schema.safeParse(parseJson(line.toString('utf8', body + 1, table)));
  if (!facts.success) return undefined;
  return { ...facts.data, table: Uint8Array.from(Buffer.from(line.toString('latin1', table + 1), 'base64')) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
