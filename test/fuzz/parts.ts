/** Between the files of an input that stands for several: short, and in no file by chance. test/fuzz/native/saved_model.cc knows it too. */
const SEPARATOR = Buffer.concat([Buffer.of(0xff, 0xff), Buffer.from('--next file--'), Buffer.of(0xff, 0xff)]);

export function joinParts(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [SEPARATOR, part])));
}

/** The first `count` parts of an input; what it lacks is undefined. */
export function splitParts(input: Buffer, count: number): (Buffer | undefined)[] {
  const parts: Buffer[] = [];
  for (let rest: Buffer | undefined = input; rest !== undefined && parts.length < count;) {
    const end: number = rest.indexOf(SEPARATOR);
    parts.push(end < 0 ? rest : rest.subarray(0, end));
    rest = end < 0 ? undefined : rest.subarray(end + SEPARATOR.length);
  }
  return Array.from({ length: count }, (_, index) => parts[index]);
}
