import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'protobufjs';
import { CheckpointError } from '../base/errors';
import { MetaGraphDef, SavedModel } from '../native/messages';

export interface InspectedTensor {
  /** `operation:index` in the graph. */
  readonly tensor: string;
  readonly dtype: string;
  /** −1 for any size; null for any rank. */
  readonly shape: readonly number[] | null;
}

export interface InspectedSignature {
  readonly method: string;
  readonly inputs: Readonly<Record<string, InspectedTensor>>;
  readonly outputs: Readonly<Record<string, InspectedTensor>>;
}

/** One graph of a SavedModel, as its file describes it. */
export interface InspectedGraph {
  readonly tags: readonly string[];
  readonly tensorFlowVersion: string;
  readonly operations: number;
  readonly functions: number;
  /** Functions and operations that only run where TensorFlow has the XLA compiler. */
  readonly xla: number;
  readonly signatures: Readonly<Record<string, InspectedSignature>>;
  /** Files below `assets/`. */
  readonly assets: readonly string[];
}

/** Of a graph, only what tells its size and whether it needs XLA; field numbers are TensorFlow's. */
const graphSchema = parse(
  `
syntax = "proto3";
message GraphDef { repeated NodeDef node = 1; FunctionDefLibrary library = 2; }
message FunctionDefLibrary { repeated FunctionDef function = 1; }
message FunctionDef { repeated NodeDef node_def = 3; map<string, AttrValue> attr = 5; }
message NodeDef { string op = 2; map<string, AttrValue> attr = 5; }
message AttrValue { bool b = 5; }
`,
  { keepCase: true },
).root;
const GraphDef = graphSchema.lookupType('GraphDef');

type Attributes = Record<string, { b?: boolean }>;

interface Node {
  op?: string;
  attr?: Attributes;
}

interface Graph {
  node?: Node[];
  library?: { function?: { node_def?: Node[]; attr?: Attributes }[] };
}

interface TensorInfo {
  name?: string;
  dtype?: number;
  tensor_shape?: { dim?: { size?: number }[]; unknown_rank?: boolean };
}

interface SignatureMessage {
  inputs?: Record<string, TensorInfo>;
  outputs?: Record<string, TensorInfo>;
  method_name?: string;
}

interface MetaGraph {
  meta_info_def?: { tags?: string[]; tensorflow_version?: string };
  graph_def?: Uint8Array;
  signature_def?: Record<string, SignatureMessage>;
  asset_file_def?: { filename?: string }[];
}

/** TensorFlow's numbers of dtypes (types.proto) by the names that Python shows. */
const DTYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'float64',
  3: 'int32',
  4: 'uint8',
  5: 'int16',
  6: 'int8',
  7: 'string',
  8: 'complex64',
  9: 'int64',
  10: 'bool',
  14: 'bfloat16',
  17: 'uint16',
  18: 'complex128',
  19: 'float16',
  20: 'resource',
  21: 'variant',
  22: 'uint32',
  23: 'uint64',
};

export function dtypeName(dtype: number): string {
  return DTYPE_NAMES[dtype] ?? `dtype ${dtype}`;
}

/** The graphs in a folder's `saved_model.pb`, read without building them. Throws {@link CheckpointError} for a file that is damaged. */
export async function inspectSavedModelFile(folder: string): Promise<InspectedGraph[]> {
  const path = join(folder, 'saved_model.pb');
  let metaGraphs: MetaGraph[];
  try {
    const message = SavedModel.decode(await readFile(path));
    ({ meta_graphs: metaGraphs = [] } = SavedModel.toObject(message, { longs: Number }));
    if (metaGraphs.length === 0) throw new RangeError('it has no graph');
    return metaGraphs.map(inspectMetaGraph);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new CheckpointError(`${path} is damaged or no SavedModel (${reason}); fetch or export it again`, {
      cause: error,
    });
  }
}

/** The signatures in a serialized MetaGraphDef, without TensorFlow's own such as `__saved_model_init_op`. */
export function signaturesOf(metaGraphDef: Uint8Array): Record<string, InspectedSignature> {
  const message = MetaGraphDef.decode(metaGraphDef);
  return inspectSignatures(MetaGraphDef.toObject(message, { longs: Number }));
}

function inspectMetaGraph(metaGraph: MetaGraph): InspectedGraph {
  const graph = GraphDef.toObject(GraphDef.decode(metaGraph.graph_def ?? new Uint8Array())) as Graph;
  const functions = graph.library?.function ?? [];
  const nodes = [graph.node ?? [], ...functions.map(({ node_def }) => node_def ?? [])].flat();
  return {
    tags: metaGraph.meta_info_def?.tags ?? [],
    tensorFlowVersion: metaGraph.meta_info_def?.tensorflow_version ?? '',
    operations: graph.node?.length ?? 0,
    functions: functions.length,
    xla:
      functions.filter(({ attr }) => mustCompile(attr)).length +
      nodes.filter(({ op, attr }) => mustCompile(attr) || op?.startsWith('Xla') === true).length,
    signatures: inspectSignatures(metaGraph),
    assets: (metaGraph.asset_file_def ?? []).map(({ filename }) => filename ?? ''),
  };
}

function mustCompile(attributes: Attributes | undefined): boolean {
  return attributes?.['_XlaMustCompile']?.b === true;
}

function inspectSignatures({ signature_def = {} }: MetaGraph): Record<string, InspectedSignature> {
  const named = Object.entries(signature_def).filter(([name]) => !name.startsWith('__saved_model'));
  return sorted(
    named.map(([name, { inputs = {}, outputs = {}, method_name = '' }]) => [
      name,
      { method: method_name, inputs: inspectTensors(inputs), outputs: inspectTensors(outputs) },
    ]),
  );
}

function inspectTensors(tensors: Record<string, TensorInfo>): Record<string, InspectedTensor> {
  return sorted(
    Object.entries(tensors).map(([name, { name: tensor = '', dtype = 0, tensor_shape: shape }]) => [
      name,
      {
        tensor,
        dtype: dtypeName(dtype),
        shape:
          shape === undefined || shape.unknown_rank === true ? null : (shape.dim ?? []).map(({ size }) => size ?? 0),
      },
    ]),
  );
}

/** Maps of protocol buffers have no order of their own. */
function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
