import { createHash } from 'node:crypto';
import type { Json } from '../../base/described';
import type { HyperParameter } from '../../formats/event-file';
import type { RunConfig } from '../run-state';

/** Longer values tell nobody anything in a table. */
const LONGEST = 200;

/** The settings of a run in one level, nested ones by their path such as `optimizer.learningRate`: a column each of TensorBoard's table. */
export function hyperParametersOf(config: RunConfig): Record<string, HyperParameter> {
  return Object.fromEntries(leaves(config, ''));
}

function* leaves(value: Json, path: string): Generator<[string, HyperParameter]> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) yield* leaves(inner, path === '' ? name : `${path}.${name}`);
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    yield [path, value];
  } else {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    yield [path, text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text];
  }
}

/** Names what was set: runs that differ in nothing are one group of TensorBoard's table. */
export function groupOf(config: RunConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 32);
}

/** A block of Markdown with the configuration as it is. */
export function configurationMarkdown(config: RunConfig): string {
  const json = JSON.stringify(config, null, 2);
  // No text of the configuration ends the block: it is indented, not fenced.
  return json.replaceAll(/^/gm, '    ');
}
