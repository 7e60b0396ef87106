import { join } from 'node:path';
import type { Random } from '../../../lib/base/random';

/** Makes each argument of a call. */
export type Arguments = readonly (() => unknown)[];

export interface FuzzWorld {
  readonly random: Random;
  /** Has `video.avi`, `text.avi` that is none, a pipe, and `pictures`. */
  readonly folder: string;
  /** An object of a class, mostly: made before, alive or not. */
  some(name: string): unknown;
  /** A value that nothing asks for. */
  odd(): unknown;
  createTensor(dtype: string, shape: number[]): unknown;
}

/** Every function of the addon that a fuzz calls, and every method by its class, with arguments that are mostly of the right kind. */
export function argumentTables({ random, folder, some, odd, createTensor }: FuzzWorld): {
  readonly functions: Record<string, Arguments>;
  readonly methods: Record<string, Record<string, Arguments>>;
} {
  const list =
    (make: () => unknown, most = 4) =>
    () =>
      Array.from({ length: random.integer(most + 1) }, make);
  const maybe = (make: () => unknown) => () => (random.integer(3) === 0 ? undefined : make());
  const oneOf =
    (...values: unknown[]) =>
    () =>
      random.pick(values);
  const dtype = oneOf(
    'float32',
    'int32',
    'int64',
    'uint8',
    'bool',
    'string',
    'resource',
    'bfloat16',
    'float16',
    'int8',
  );
  const size = oneOf(0, 1, 2, 3, 7, -1, 2 ** 20, 2 ** 40, 2 ** 53 - 1);
  const shape = () => random.pick([list(size, 5)(), [], [2], [2, 2], null, new Array<number>(255).fill(1)]);
  const operation = (): string => random.pick(['a', 'b', 'c', 'x', 'y', 'queue', 'random', 'import/a']);
  const output = (): string => `${operation()}${random.pick(['', ':0', ':1', ':7'])}`;
  const path = (): string =>
    join(folder, random.pick(['video.avi', 'text.avi', 'none.avi', 'pipe', '.', 'pictures', 'written.avi']));
  const type = oneOf(
    'Placeholder',
    'Const',
    'NoOp',
    'Add',
    'MatMul',
    'Identity',
    'VarHandleOp',
    'AssignVariableOp',
    'Fill',
    'Reshape',
    'Pack',
    'Nope',
  );
  const attribute = (): unknown =>
    random.pick([
      () => ({ type: dtype() }),
      () => ({ shape: shape() }),
      () => ({ shapes: list(shape)() }),
      () => ({ int: size() }),
      () => ({ ints: list(size)() }),
      () => ({ float: random.float() }),
      () => ({ floats: [1, NaN] }),
      () => ({ strings: ['a', ''] }),
      () => ({ types: list(dtype)() }),
      () => ({ tensor: some('Tensor') }),
      () => true,
      () => 'text',
      odd,
    ])();
  const attributes = (): unknown =>
    Object.fromEntries(
      ['dtype', 'shape', 'value', 'T', 'N', 'container']
        .filter(() => random.integer(2) === 0)
        .map((name) => [name, attribute()]),
    );
  const goodSpec = (): unknown => ({
    name: `${random.pick(['d', 'e', 'f'])}${random.integer(1000)}`,
    ...random.pick([
      { type: 'Identity', inputs: [output()], attributes: {} },
      { type: 'AddV2', inputs: ['x:0', 'y:0'], attributes: {} },
      { type: 'MatMul', inputs: ['x:0', 'a:0'], attributes: {} },
      { type: 'Placeholder', inputs: [], attributes: { dtype: { type: dtype() }, shape: { shape: shape() } } },
      { type: 'Const', inputs: [], attributes: { dtype: { type: 'float32' }, value: { tensor: some('Tensor') } } },
      { type: 'NoOp', inputs: [], attributes: {}, controlInputs: [operation()] },
    ]),
  });
  const oddSpec = (): unknown => ({
    type: type(),
    name: operation(),
    inputs: list(() => random.pick([output(), [output(), output()], odd()]), 3)(),
    controlInputs: maybe(list(operation))(),
    attributes: attributes(),
    device: maybe(oneOf('/cpu:0', '/gpu:7', 'nowhere', ''))(),
  });
  const spec = (): unknown => random.pick([goodSpec, oddSpec])();
  const table = (): unknown => oneOf(some('table'), Uint8Array.of(1, 0, 1, 1, 255), new Uint8Array())();
  const readingOptions = (): unknown => ({
    allowPlaylists: maybe(oneOf(true, false))(),
    pixelAspect: maybe(oneOf(true, false))(),
    maxPixels: maybe(oneOf(1, 4096, 0, 2 ** 26, 2 ** 27))(),
    openTimeout: maybe(oneOf(0.01, 1, 0, -1, NaN, Infinity))(),
    readTimeout: maybe(oneOf(0.01, 1, 0))(),
    pictureRate: maybe(oneOf(0, 12, 0.5, -1, NaN, 1e300))(),
    decode: maybe(oneOf(true, false))(),
  });
  const spacing = (): unknown => random.pick([1, 2, 50, { seconds: oneOf(0.04, 1e-9, 1e9, 0, NaN, '1')() }, odd()]);
  const share = oneOf(0, 0.25, 0.5, 1, 1e-9, -0.1, 1.5, NaN, Infinity);
  const numbers =
    (length: number, make: () => unknown): (() => unknown) =>
    () =>
      random.pick([Array.from({ length }, make), list(make)(), odd()]);
  const transform = (): unknown => ({
    crop: maybe(numbers(4, random.integer(2) === 0 ? oneOf(0, 0.5) : share))(),
    flip: maybe(oneOf(true, false))(),
    colour: maybe(numbers(12, oneOf(0, 1, -1, 0.5, 3e38, 1e39)))(),
  });
  const mix = (): unknown => ({
    first: oneOf(0, 1, 2)(),
    second: oneOf(1, 0, 99)(),
    ...random.pick([
      { weight: share() },
      { box: numbers(4, oneOf(0, 1, 4, 8, 2 ** 31 - 1, -1))() },
      { weight: odd(), box: odd() },
    ]),
  });
  const request = (): unknown => ({
    path: path(),
    frames: list(oneOf(0, 1, 3, 9, 1000, 2 ** 53 - 1, -1, -2))(),
    slot: oneOf(0, 1, 2, 99)(),
    table: maybe(table)(),
    transform: maybe(() => random.pick([transform(), odd()]))(),
  });
  const target = (): unknown =>
    random.pick([some('Tensor'), createTensor(random.pick(['float32', 'uint8']), [2, 2, 8, 8, 3])]);
  const bytes = (): Uint8Array => Uint8Array.from({ length: random.integer(40) }, () => random.integer(256));

  const functions: Record<string, Arguments> = {
    tensorFlowVersion: [],
    openCvVersion: [],
    liveCounts: [],
    createTensor: [dtype, shape],
    createStringTensor: [list(oneOf('a', '', Buffer.from([0, 255]))), shape],
    createGraph: [],
    createSession: [() => some('Graph'), maybe(bytes), maybe(oneOf('', 'nowhere://x'))],
    loadSavedModel: [path, list(oneOf('serve', '')), maybe(bytes)],
    ffmpegVersion: [],
    indexVideos: [list(path), oneOf(1, 2, 1024), maybe(readingOptions)],
    frameTimes: [table],
    keyFrames: [table],
    createClipDecoder: [oneOf(1, 2, 1024), maybe(readingOptions)],
    openVideo: [path, maybe(readingOptions)],
    createVideoWriter: [
      path,
      () => ({
        width: oneOf(8, 64, 65_535)(),
        height: 8,
        fps: oneOf(10, 0, NaN)(),
        fourcc: oneOf('MJPG', 'XXXX', '')(),
      }),
    ],
  };
  const methods: Record<string, Record<string, Arguments>> = {
    Tensor: { data: [], strings: [], dispose: [] },
    Graph: {
      addOperation: [spec],
      addGradients: [list(output), list(output)],
      importGraphDef: [bytes, maybe(oneOf('import', ''))],
      toGraphDef: [],
      hasOperation: [operation],
      outputShape: [output],
    },
    Session: {
      prepare: [list(output), list(output), maybe(list(operation))],
      run: [() => some('RunPlan'), list(() => some('Tensor')), maybe(bytes)],
      trace: [() => some('RunPlan'), list(() => some('Tensor')), maybe(bytes)],
      devices: [],
      close: [],
    },
    ClipDecoder: { decode: [list(request), target], mix: [list(mix, 2), target], abort: [], close: [] },
    VideoReader: { read: [target, oneOf(1, 2, 3), spacing], close: [] },
    VideoWriter: { write: [() => new Uint8Array(random.pick([8 * 8 * 3, 64 * 8 * 3, 5]))], close: [] },
  };

  return { functions, methods };
}
