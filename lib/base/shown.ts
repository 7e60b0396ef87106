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
