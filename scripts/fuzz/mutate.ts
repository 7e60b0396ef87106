import type { Random } from '../../lib/base/random';

/** Numbers at which readers err: ends of ranges, signs, zero. */
const NUMBERS = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn];
const LONG_NUMBERS = [...NUMBERS, 1n << 53n, (1n << 60n) + 1n, (1n << 63n) - 1n, (1n << 64n) - 1n];
const MOST_STEPS = 5;

type Mutation = (input: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

/** A range of the input, short more often than long. */
function range(input: Buffer, random: Random): [start: number, end: number] {
  const start = random.integer(input.length);
  const longest = random.float() < 0.8 ? 16 : input.length;
  return [start, Math.min(input.length, start + 1 + random.integer(longest))];
}

function overwritten(input: Buffer, at: number, bytes: Uint8Array): Buffer {
  const copy = Buffer.from(input);
  copy.set(bytes.subarray(0, copy.length - at), at);
  return copy;
}

function inserted(input: Buffer, at: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([input.subarray(0, at), bytes, input.subarray(at)]);
}

/** As protocol buffers and table files write numbers. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function fixed(value: bigint, length: number, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn)));
  return bigEndian ? bytes.reverse() : bytes;
}

const MUTATIONS: readonly Mutation[] = [
  (input, random) => {
    const at = random.integer(input.length);
    return overwritten(input, at, Buffer.of(input[at]! ^ (1 << random.integer(8))));
  },
  (input, random) => overwritten(input, random.integer(input.length), Buffer.of(random.integer(256))),
  (input, random) => {
    const bytes = fixed(random.pick(LONG_NUMBERS), random.pick([1, 2, 4, 8]), random.float() < 0.3);
    return overwritten(input, random.integer(input.length), bytes);
  },
  // In place of one byte: the lengths around it stay right only by chance, as do most.
  (input, random) => {
    const at = random.integer(input.length);
    return Buffer.concat([input.subarray(0, at), varint(random.pick(LONG_NUMBERS)), input.subarray(at + 1)]);
  },
  (input, random) => {
    const [start, end] = range(input, random);
    return Buffer.concat([input.subarray(0, start), input.subarray(end)]);
  },
  (input, random) => {
    const [start, end] = range(input, random);
    return inserted(input, random.integer(input.length + 1), input.subarray(start, end));
  },
  (input, random) => {
    const [start, end] = range(input, random);
    return overwritten(input, random.integer(input.length), Buffer.from(input.subarray(start, end)));
  },
  (input, random) => {
    const bytes = Buffer.from(Array.from({ length: 1 + random.integer(8) }, () => random.integer(256)));
    return inserted(input, random.integer(input.length + 1), bytes);
  },
  (input, random) => input.subarray(0, random.integer(input.length)),
  (input, random, others) => {
    const other = random.pick(others);
    const [start, end] = other.length > 0 ? range(other, random) : [0, 0];
    return overwritten(input, random.integer(input.length), other.subarray(start, end));
  },
  (input, random, others) => {
    const other = random.pick(others);
    return Buffer.concat([
      input.subarray(0, random.integer(input.length + 1)),
      other.subarray(random.integer(other.length + 1)),
    ]);
  },
];

/** An input made of another one by a few changes, no longer than `longest`; `others` lend parts of theirs. */
export function mutate(input: Buffer, random: Random, others: readonly Buffer[], longest: number): Buffer {
  let changed = input;
  for (let steps = 1 + random.integer(MOST_STEPS); steps > 0; steps--)
    changed = changed.length === 0 ? Buffer.of(random.integer(256)) : random.pick(MUTATIONS)(changed, random, others);
  return changed.subarray(0, longest);
}
