import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { TensorFlowError } from '../../lib/base/errors';
import { loadAddon } from '../../lib/native/addon';

const addon = loadAddon();

describe('tensors', () => {
  it('share their memory with the view', () => {
    using tensor = addon.createTensor('float32', [2, 2]);
    (tensor.data() as Float32Array)[3] = 7;
    expect(Array.from(tensor.data() as Float32Array)).toEqual([0, 0, 0, 7]);
    expect(tensor).toMatchObject({ dtype: 'float32', shape: [2, 2], byteLength: 16 });
  });

  it('are copied in parts', () => {
    using tensor = addon.createTensor('int32', [2, 2]);
    (tensor.data() as Int32Array).set([1, 2, 3, 4]);
    expect(Array.from(tensor.copy() as Int32Array)).toEqual([1, 2, 3, 4]);
    const part = tensor.copy(1, 3) as Int32Array;
    part[0] = 9;
    expect([...part, ...(tensor.data() as Int32Array)]).toEqual([9, 3, 1, 2, 3, 4]);
    expect(tensor.copy(4)).toHaveLength(0);
    using halves = addon.createTensor('float16', [3]);
    expect(halves.copy(1)).toEqual(Uint16Array.of(0, 0));
    for (const [begin, end] of [[-1], [3, 2], [0, 5], [0.5]] as const)
      expect(() => tensor.copy(begin, end)).toThrow('Expected an integer from');
    tensor.dispose();
    expect(() => tensor.copy()).toThrow('disposed');
    expect(() => addon.createStringTensor(['a'], [1]).copy()).toThrow('no typed-array view');
  });

  it('that are disposed of give the collector nothing to do', async () => {
    let collections = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { detail?: { kind: number } })[])
        if (entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1;
    });
    observer.observe({ entryTypes: ['gc'] });
    for (let i = 0; i < 40; i++) {
      const batches = [1, 2, 3].map(() => addon.createTensor('float32', [10, 1024, 1024]));
      await setTimeout(10);
      batches.forEach((tensor) => tensor.dispose());
    }
    observer.disconnect();
    expect(collections).toBeLessThan(8);
  });

  it('that nobody disposes of are collected', async () => {
    const before = addon.liveCounts().tensors;
    const live = (): number => addon.liveCounts().tensors - before;
    let made = 0;
    // Of memory that is never touched.
    for (; made < 60 && live() >= made; made++) {
      addon.createTensor('float32', [16, 1024, 1024]);
      await setTimeout(5);
    }
    expect(live()).toBeLessThan(made);
  });

  it('take their views away when they are disposed', () => {
    const tensor = addon.createTensor('int32', [4]);
    const view = tensor.data();
    tensor.dispose();
    expect(view).toHaveLength(0);
    expect(() => tensor.data()).toThrow('disposed');
    expect(() => {
      tensor.dispose();
    }).not.toThrow();
  });

  it.each([
    ['float64', 'Float64Array'],
    ['int64', 'BigInt64Array'],
    ['uint8', 'Uint8Array'],
    ['bool', 'Uint8Array'],
    ['int8', 'Int8Array'],
    ['uint16', 'Uint16Array'],
    ['float16', 'Uint16Array'],
    ['bfloat16', 'Uint16Array'],
  ] as const)('of %s have the typed array that fits', (dtype, type) => {
    using tensor = addon.createTensor(dtype, [3]);
    expect(tensor.data().constructor.name).toBe(type);
  });

  it('have accessors that refuse what is no tensor', () => {
    using tensor = addon.createTensor('float32', [2]);
    const prototype = Object.getPrototypeOf(tensor) as object;
    const graph = Object.setPrototypeOf(addon.createGraph(), prototype) as typeof tensor;
    for (const name of ['dtype', 'shape', 'byteLength'] as const) {
      expect(() => graph[name]).toThrow('Expected a Tensor');
      expect(() => (Object.create(prototype) as typeof tensor)[name]).toThrow();
    }
  });

  it('refuse what is no dtype, no shape and no tensor', async () => {
    expect(() => addon.createTensor('float33' as 'float32', [1])).toThrow('Expected a dtype, not "float33", for dtype');
    expect(() => addon.createTensor('float32', [-1])).toThrow('Expected an integer from 0');
    const graph = addon.createGraph();
    using session = await addon.createSession(graph);
    const plan = session.prepare([], []);
    expect(() => session.run(plan, [{} as never])).toThrow('Expected a Tensor');
    expect(() => session.run({} as never, [])).toThrow('Expected a RunPlan');
    expect(() => addon.createSession({} as never)).toThrow('Expected a Graph');
  });

  it('are refused where there is no such memory, or no such shape', () => {
    expect(() => addon.createTensor('float32', [2 ** 20, 2 ** 22])).toThrow('Out of memory');
    expect(() => addon.createTensor('float32', new Array<number>(300).fill(1))).toThrow('at most 254 dimensions');
    expect(() => addon.createStringTensor(['a'], new Array<number>(300).fill(1))).toThrow('at most 254 dimensions');
    for (const size of [NaN, 1.5, 2 ** 60])
      expect(() => addon.createTensor('float32', [size, 2])).toThrow('an integer');
  });

  it('of strings keep their bytes', () => {
    using tensor = addon.createStringTensor(['a', Buffer.from([0, 255])], [2]);
    expect(tensor.strings()).toEqual([Buffer.from('a'), Buffer.from([0, 255])]);
    expect(() => tensor.data()).toThrow('no typed-array view');
  });
});

describe('graphs', () => {
  it('go on after they were asked for an output that is not there', () => {
    const graph = addon.createGraph();
    graph.addOperation({ type: 'NoOp', name: 'n', inputs: [], attributes: {} });
    expect(() => graph.outputShape('n')).toThrow('no output n');
    expect(graph.hasOperation('n')).toBe(true);
  });

  it.each([[new Array<number>(300).fill(1)], [[-2]], [[2 ** 40, 2 ** 40]]])(
    'refuse a shape that is none: %#',
    (shape) => {
      const graph = addon.createGraph();
      const placeholder = (attributes: object): unknown =>
        graph.addOperation({
          type: 'Placeholder',
          name: 'p',
          inputs: [],
          attributes: { dtype: { type: 'float32' }, ...attributes },
        });
      expect(() => placeholder({ shape: { shape } })).toThrow(expect.objectContaining({ name: 'TypeError' }));
      expect(() => placeholder({ shapes: { shapes: [[1], shape] } })).toThrow(
        expect.objectContaining({ name: 'TypeError' }),
      );
    },
  );
});

describe('errors of TensorFlow', () => {
  it('carry the status code', async () => {
    const graph = addon.createGraph();
    graph.addOperation({
      type: 'Placeholder',
      name: 'x',
      inputs: [],
      attributes: { dtype: { type: 'float32' }, shape: { shape: [2] } },
    });
    using session = await addon.createSession(graph);
    const run = session.run(session.prepare([], ['x:0']), []);
    await expect(run).rejects.toThrow(TensorFlowError);
    await expect(session.run(session.prepare([], ['x:0']), [])).rejects.toMatchObject({ status: 'INVALID_ARGUMENT' });
    expect(() => graph.addOperation({ type: 'Nope', name: 'y', inputs: [], attributes: {} })).toThrow(TensorFlowError);
  });
});

describe('sessions', () => {
  it('refuse what is no configuration and no list instead of passing it over', async () => {
    const graph = addon.createGraph();
    expect(() => addon.createSession(graph, 'x' as never)).toThrow('Expected a Uint8Array for config');
    using session = await addon.createSession(graph);
    expect(() => session.prepare('p' as never, [])).toThrow('Expected an array for feeds');
  });

  it('outlive a name whose toString() closes them', async () => {
    const session = await addon.createSession(addon.createGraph());
    const name = {
      toString: () => {
        session.close();
        return 'p';
      },
    };
    expect(() => session.prepare([name as never, 'p'], ['p'])).toThrow('Expected a string for feeds');
    session.close();
  });

  it('give tensors that share their memory with nothing: no variable, no constant, no feed', async () => {
    const graph = addon.createGraph();
    const float = { type: 'float32' } as const;
    const add = (type: string, name: string, inputs: string[], attributes = {}): unknown =>
      graph.addOperation({ type, name, inputs, attributes });
    using two = addon.createTensor('float32', [2]);
    (two.data() as Float32Array).set([1, 2]);
    add('Const', 'constant', [], { dtype: float, value: { tensor: two } });
    add('Placeholder', 'x', [], { dtype: float, shape: { shape: [2] } });
    add('Identity', 'same', ['x:0'], { T: float });
    add('VarHandleOp', 'variable', [], { dtype: float, shape: { shape: [2] }, shared_name: 'v' });
    add('AssignVariableOp', 'assign', ['variable:0', 'constant:0'], { dtype: float });
    add('ReadVariableOp', 'read', ['variable:0'], { dtype: float });
    using session = await addon.createSession(graph);
    await session.run(session.prepare([], [], ['assign']), []);
    const plan = session.prepare(['x:0'], ['constant:0', 'same:0', 'read:0', 'read:0']);
    for (let round = 0; round < 2; round++) {
      const fetched = await session.run(plan, [two]);
      expect(fetched.map((tensor) => [...(tensor.data() as Float32Array)])).toEqual(new Array(4).fill([1, 2]));
      for (const tensor of fetched) (tensor.data() as Float32Array).fill(99);
      fetched.forEach((tensor) => tensor.dispose());
    }
    expect([...(two.data() as Float32Array)]).toEqual([1, 2]);
  });

  it('leave the event loop free while they run', async () => {
    const graph = addon.createGraph();
    using size = addon.createTensor('int32', [2]);
    (size.data() as Int32Array).set([1500, 1500]);
    graph.addOperation({
      type: 'Const',
      name: 'size',
      inputs: [],
      attributes: { dtype: { type: 'int32' }, value: { tensor: size } },
    });
    const random = { dtype: { type: 'float32' }, seed: { int: 1 } } as const;
    graph.addOperation({ type: 'RandomUniform', name: 'a', inputs: ['size:0'], attributes: random });
    graph.addOperation({ type: 'MatMul', name: 'b', inputs: ['a:0', 'a:0'], attributes: {} });
    using session = await addon.createSession(graph);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const plan = session.prepare([], ['b:0']);
    for (let i = 0; i < 5; i++) (await session.run(plan, []))[0]?.dispose();
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});
