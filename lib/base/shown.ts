/** The most characters of it. */
const LONGEST = 60;

/** A value in a message: short, on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'string' || (typeof value === 'object' && value !== null) ? json(value) : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function json(value: string | object): string {
  if (Array.isArray(value) && value.length > LONGEST) return `a list of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  // JSON has no NaN, and a message should show it.
  const numbers = (_: string, member: unknown): unknown =>
    typeof member === 'number' && !Number.isFinite(member) ? String(member) : member;
  try {
    return JSON.stringify(value, numbers);
  } catch {
    return 'an object';
  }
}

/** What an error says; of what is thrown and is no error, its text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** How many names a message has. */
const SHOWN = 3;

/** Of some names those that are most like another one, the likeliest first: what was meant where it is none of them. */
export function nearestNames(name: string, known: readonly string[], count = SHOWN): string[] {
  const plain = (text: string): string =>
    text
      .normalize('NFC')
      .toLowerCase()
      .replaceAll(/[\s_-]/g, '');
  return known
    .map((other) => ({ other, distance: editDistance(plain(name), plain(other)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ other }) => other);
}

/** Letters to insert, remove or replace to make one text of the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  const [from, to] = [Array.from(a), Array.from(b)];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of from.entries()) {
    const next = [i + 1];
    for (const [j, other] of to.entries())
      next.push(
        Math.min((next[j] as number) + 1, (row[j + 1] as number) + 1, (row[j] as number) + (letter === other ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) as number;
}
/** A warning that nobody else is told of: Node prints it. */
export const warnProcess = (text: string): void => process.emitWarning(text, 'MovinetWarning');
