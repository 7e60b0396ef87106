import { existsSync, readFileSync } from 'node:fs';
import { singleLabel } from '../../../lib/base/task';
import { join } from 'node:path';
import { parse } from 'protobufjs';
import { SavedModel } from '../../../lib/native/messages';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { createModel } from '../../../lib/model/movinet-model';
import type { ModelId, MovinetOverrides } from '../../../lib/movinet/options';
import { loadAddon } from '../../../lib/native/addon';
import { referenceWeights } from '../../../scripts/parity/reference-weights';
import { exportModel, type ExportFormat } from '../../../lib/model/export/export-model';
import { suiteFolder } from '../../support/suite-folder';

const suite = suiteFolder();

/** The operations of TensorFlow's own that our SavedModels consist of: whoever has TensorFlow can run them. */
const TENSORFLOWS_OWN = [
  ...[
    'AddN',
    'AddV2',
    'AssignVariableOp',
    'AvgPool',
    'BiasAdd',
    'Cast',
    'ClipByValue',
    'ConcatV2',
    'Const',
    'Conv2D',
    'Cos',
  ],
  ...['Cumsum', 'DepthwiseConv2dNative', 'ExpandDims', 'Fill', 'FloorDiv', 'FusedBatchNormV3', 'Identity', 'IdentityN'],
  ...['MatMul', 'Mean', 'Mul', 'NoOp', 'Pack', 'Pad', 'Placeholder', 'Range', 'ReadVariableOp', 'RealDiv'],
  ...['Relu6', 'Reshape', 'RestoreV2', 'SaveV2', 'Shape', 'Sigmoid', 'Sin', 'Slice', 'Softmax', 'StridedSlice', 'Sub'],
  ...['Sum', 'VarHandleOp'],
];

const graphs = parse(
  `
syntax = "proto3";
message GraphDef { repeated NodeDef node = 1; Library library = 2; }
message NodeDef { string op = 2; }
message Library { repeated bytes function = 1; }
`,
  { keepCase: true },
).root.lookupType('GraphDef');

function operationsOf(folder: string): { types: Set<string>; functions: number } {
  const { meta_graphs } = SavedModel.toObject(SavedModel.decode(readFileSync(join(folder, 'saved_model.pb')))) as {
    meta_graphs: { graph_def: Uint8Array }[];
  };
  const decoded = meta_graphs.map(({ graph_def }) => graphs.toObject(graphs.decode(graph_def))) as {
    node: { op: string }[];
    library?: { function?: unknown[] };
  }[];
  return {
    types: new Set(decoded.flatMap(({ node }) => node.map(({ op }) => op))),
    functions: decoded.reduce((sum, { library }) => sum + (library?.function?.length ?? 0), 0),
  };
}

const CASES: [ModelId, ExportFormat, MovinetOverrides][] = [
  ['a0-base', 'saved-model', {}],
  ['a0-stream', 'saved-model', {}],
  ['a3-stream', 'stream', {}],
  ['a0-stream-relu6', 'stream', {}],
  ['a0-stream', 'stream', { gatingActivation: 'keras_hard_sigmoid', convType: '3d' }],
];

/** What a graph of variables has beside that of constants. */
const OF_VARIABLES = ['AssignVariableOp', 'ReadVariableOp', 'RestoreV2', 'SaveV2', 'VarHandleOp'];

describe.each([true, false])('trainable: %j', (trainable) => {
  it.each(CASES)('%s as %s (%j) holds no operation and no function of ours', async (id, format, overrides) => {
    const classes = ['walk', 'run'];
    const weights = referenceWeights(architectureOf(id, classes.length, overrides));
    const folder = join(suite.path, `${id}-${format}-${Object.keys(overrides).length}-${trainable}`);
    await exportModel(createModel({ id, task: singleLabel(classes), overrides }, weights), folder, format, {
      ...{ addon: loadAddon(), trainable },
    });
    const { types, functions } = operationsOf(folder);
    expect(types.size).toBeGreaterThan(15);
    expect([...types].filter((type) => !TENSORFLOWS_OWN.includes(type))).toEqual([]);
    expect(functions).toBe(0);
    expect(OF_VARIABLES.filter((type) => types.has(type))).toEqual(trainable ? OF_VARIABLES : []);
    // Without them readers look for no checkpoint.
    expect(existsSync(join(folder, 'variables'))).toBe(trainable);
  });
});
