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
  ] as const)('of %s have the typed array that fits', (dtype, type) => {
    using tensor = addon.createTensor(dtype, [3]);
    expect(tensor.data().constructor.name).toBe(type);
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

  it('of strings keep their bytes', () => {
    using tensor = addon.createStringTensor(['a', Buffer.from([0, 255])], [2]);
    expect(tensor.strings()).toEqual([Buffer.from('a'), Buffer.from([0, 255])]);
    expect(() => tensor.data()).toThrow('no typed-array view');
  });
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
    await expect(session.run(session.prepare([], ['x:0']), [])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(() => graph.addOperation({ type: 'Nope', name: 'y', inputs: [], attributes: {} })).toThrow(TensorFlowError);
  });
});

describe('sessions', () => {
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
