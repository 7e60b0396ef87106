import { MovinetError } from '../../../lib/base/errors';
import type { Output } from '../../../lib/native/graph';

/** What a placeholder is fed with: float32 in [0, number), or float32 `number` everywhere. */
export interface ManifestFeed {
  readonly output: Output;
  readonly shape: readonly number[];
  readonly fill: 'uniform' | 'value';
  readonly number: number;
}

/** What a run hands on to the next one: zeros at first, then what was fetched. */
export interface ManifestState {
  readonly dtype: 'float32' | 'int32';
  readonly input: Output;
  readonly shape: readonly number[];
  readonly output: Output;
}

export interface ManifestBenchmark {
  readonly name: string;
  /** How many of `unit` one run processes. */
  readonly count: number;
  readonly unit: 'clips' | 'frames';
  readonly feeds: readonly ManifestFeed[];
  /** Default: none. */
  readonly states?: readonly ManifestState[];
  readonly fetches: readonly Output[];
  /** Operations run for their effect. */
  readonly targets: readonly string[];
}

export interface ManifestVariable {
  readonly initialValue: Output;
  readonly assign: string;
  readonly shape: readonly number[];
}

/** A graph with what is run of it. Files are relative to the manifest's folder. */
export interface ManifestGraph {
  /** A serialized GraphDef. */
  readonly graphDef: string;
  /** float32 initial values of the variables, one after another. */
  readonly values?: string;
  readonly variables: readonly ManifestVariable[];
  readonly benchmarks: readonly ManifestBenchmark[];
}

export interface Manifest {
  /** A serialized ConfigProto. */
  readonly config: string;
  readonly graphs: readonly ManifestGraph[];
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('x');
}

function line(...fields: (string | number)[]): string {
  const bad = fields.find((field) => !/^\S+$/.test(String(field)));
  if (bad !== undefined)
    throw new MovinetError(`"${bad}" cannot stand in a benchmark manifest: it has spaces or is empty`);
  return `${fields.join(' ')}\n`;
}

function benchmarkLines({ name, count, unit, feeds, states = [], fetches, targets }: ManifestBenchmark): string[] {
  return [
    line('benchmark', name, count, unit),
    ...feeds.map(({ output, shape, fill, number }) => line('feed', output, shapeText(shape), fill, number)),
    ...states.map(({ dtype, input, shape, output }) => line('state', dtype, input, shapeText(shape), output)),
    ...fetches.map((output) => line('fetch', output)),
    ...targets.map((operation) => line('target', operation)),
  ];
}

function graphLines({ graphDef, values, variables, benchmarks }: ManifestGraph): string[] {
  return [
    line('graph', graphDef),
    ...(values === undefined ? [] : [line('values', values)]),
    ...variables.map(({ initialValue, assign, shape }) => line('variable', initialValue, assign, shapeText(shape))),
    ...benchmarks.flatMap(benchmarkLines),
  ];
}

/** The text that native/bench/manifest.h describes and reads. Throws {@link MovinetError} for a name with a space in it. */
export function formatManifest(manifest: Manifest): string {
  return [line('config', manifest.config), ...manifest.graphs.flatMap(graphLines)].join('');
}
