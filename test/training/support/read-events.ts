import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Reader } from 'protobufjs';
import { maskedCrc32c } from '../../../lib/formats/crc32c';

/** As scripts/python/read_events.py prints it. */
export interface TensorBoardEvents {
  readonly runs: Readonly<Record<string, TensorBoardRun>>;
  readonly sessions: readonly { readonly name: string; readonly status: string; readonly hparams: object }[];
}

interface TensorBoardRun {
  readonly scalars: Record<string, number[][]>;
  readonly texts: Record<string, unknown[][]>;
  readonly images: Record<string, number[][]>;
}

type Fields = Map<number, (Uint8Array | number)[]>;

const bytesOf = (fields: Fields, number: number): Uint8Array =>
  (fields.get(number)?.[0] as Uint8Array | undefined) ?? new Uint8Array();

/** The fields of a message by their numbers, without its schema: bytes of those with a length, else numbers. */
function fieldsOf(bytes: Uint8Array): Fields {
  const reader = Reader.create(bytes);
  const fields: Fields = new Map();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const read = {
      0: () => Number(reader.int64()),
      1: () => reader.double(),
      2: () => reader.bytes(),
      5: () => reader.float(),
    };
    const value = read[(tag & 7) as keyof typeof read]();
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), value]);
  }
  return fields;
}

const message = (fields: Fields, number: number): Fields => fieldsOf(bytesOf(fields, number));
const text = (fields: Fields, number: number): string => Buffer.from(bytesOf(fields, number)).toString();
const number = (fields: Fields, at: number): number => (fields.get(at)?.[0] as number | undefined) ?? 0;

/** The records of a file, whose checksums must be right. */
function* recordsOf(path: string): Generator<Fields> {
  const file = readFileSync(path);
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc32c(file.subarray(at, at + 8)));
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(data));
    yield fieldsOf(data);
    at += length + 16;
  }
}

type Point = [step: number, ...values: unknown[]];

function add(into: Record<string, unknown[][]>, tag: string, point: Point): void {
  (into[tag] ??= []).push(point);
}

/** A start, but the first, sets aside what is of its step and later ones: the rule of TensorBoard's event accumulator. */
function purge(run: TensorBoardRun, from: number): void {
  for (const points of [run.scalars, run.texts, run.images])
    for (const [tag, all] of Object.entries(points)) points[tag] = all.filter(([step]) => (step as number) < from);
}

/** What TensorBoard shows of a run's folder, `name` below `root`, by its rules. */
export function readEvents(root: string, name: string): TensorBoardEvents {
  const files = readdirSync(join(root, name), { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  const runs: Record<string, TensorBoardRun> = {};
  const started = new Set<string>();
  const sessions = new Map<string, { name: string; status: string; hparams: object }>();
  for (const path of paths) {
    const of = relative(root, join(path, '..'));
    const run = (runs[of] ??= { scalars: {}, texts: {}, images: {} });
    for (const event of recordsOf(path)) {
      const step = number(event, 2);
      if (event.has(7)) {
        if (started.has(of)) purge(run, step);
        started.add(of);
      }
      for (const value of message(event, 5).get(1) ?? [])
        summarise(fieldsOf(value as Uint8Array), { run, of, step, sessions });
    }
  }
  return { runs, sessions: [...sessions.values()] };
}

const STATUS = ['unknown', 'success', 'failure', 'running'];

interface Place {
  readonly run: TensorBoardRun;
  readonly of: string;
  readonly step: number;
  readonly sessions: Map<string, { name: string; status: string; hparams: object }>;
}

function summarise(value: Fields, { run, of, step, sessions }: Place): void {
  const tag = text(value, 1);
  const plugin = message(message(value, 9), 1);
  const tensor = message(value, 8);
  const strings = (tensor.get(8) ?? []) as Uint8Array[];
  const kind = text(plugin, 1);
  if (kind === 'scalars') {
    const floats = tensor.get(5)?.[0] as Uint8Array;
    add(run.scalars, tag, [step, Buffer.from(floats).readFloatLE()]);
  } else if (kind === 'text') add(run.texts, tag, [step, Buffer.from(strings[0] ?? []).toString()]);
  else if (kind === 'images') {
    const [width, height, png] = strings.map((one) => Buffer.from(one));
    expect([png?.readUInt32BE(16), png?.readUInt32BE(20)]).toEqual([Number(width), Number(height)]);
    add(run.images, tag, [step, Number(width), Number(height), png?.length]);
  } else if (kind === 'hparams') {
    const data = message(plugin, 2);
    const session = sessions.get(of) ?? { name: of, status: 'unknown', hparams: {} };
    if (data.has(3)) session.hparams = hyperParameters(message(data, 3));
    if (data.has(4)) session.status = STATUS[number(message(data, 4), 1)] ?? '';
    sessions.set(of, session);
  }
}

function hyperParameters(start: Fields): object {
  const entries = (start.get(1) ?? []).map((entry) => {
    const fields = fieldsOf(entry as Uint8Array);
    const value = message(fields, 2);
    return [text(fields, 1), value.has(3) ? text(value, 3) : value.has(4) ? number(value, 4) === 1 : number(value, 2)];
  });
  return Object.fromEntries(entries) as object;
}
