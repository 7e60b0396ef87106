import { hash } from 'node:crypto';
import * as fc from 'fast-check';
import { Weights } from '../../../lib/graph/weights';
import type { RunState, Snapshot } from '../../../lib/training/run-state';
import { FIRST_STATE } from '../../../lib/training/step/program-state';

/** A snapshot of this step; its numbers are of the step too. */
export function snapshotOf(
  step: number,
  state: Partial<RunState> = {},
  names = ['head/kernel', 'head/bias'],
): Snapshot {
  const variables = new Weights();
  names.forEach((name, i) => variables.set(name, { shape: [2, 3], data: new Float32Array(6).fill(step + i / 8) }));
  return {
    state: {
      ...{ format: 1, config: { kind: 'test' }, epoch: 0, batch: step, step, seconds: 1.5, callbacks: {}, history: [] },
      ...{ program: FIRST_STATE, validations: [] },
      ...state,
    },
    variables,
  };
}

/** What a snapshot holds, as plain values that compare to the last bit. */
export function contentOf({ state, variables }: Snapshot): { state: RunState; variables: Record<string, unknown> } {
  const entries = variables.paths().map((path) => {
    const { shape, data } = variables.get({ path, shape: variables.shapeOf(path) ?? [] });
    return [path, { shape, bits: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex') }] as const;
  });
  return { state, variables: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** What must be equal of two runs to the last bit, large arrays by their digests: all but the time they took. */
export function comparable({ state, variables }: Snapshot): object {
  const history = state.history.map((record) => ({ ...record, seconds: 0, timing: undefined }));
  const digest = (path: string): string => {
    const { data } = variables.array(path);
    return hash('sha256', new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  };
  const paths = [...variables.paths()].sort();
  return {
    ...state,
    history,
    seconds: 0,
    timing: undefined,
    arrays: Object.fromEntries(paths.map((path) => [path, digest(path)])),
  };
}

const part = fc.stringMatching(/^[A-Za-z0-9_.:()-]{1,12}$/);
const shape = fc.array(fc.nat(4), { maxLength: 3 });

/** Variables of any names, shapes and bits, NaN and -0 included. */
export const anyVariables: fc.Arbitrary<Weights> = fc
  .dictionary(
    fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    fc.tuple(shape, fc.infiniteStream(fc.integer())),
    { minKeys: 1, maxKeys: 6, noNullPrototype: true },
  )
  .map((entries) => {
    const weights = new Weights();
    for (const [name, [dims, bits]] of Object.entries(entries)) {
      const length = dims.reduce((product, dim) => product * dim, 1);
      const data = new Float32Array(length);
      new Int32Array(data.buffer).set([...bits.take(length)]);
      weights.set(name, { shape: dims, data });
    }
    return weights;
  });
