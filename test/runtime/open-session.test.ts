import { DisposedError, TensorFlowError } from '../../lib/base/errors';
import { loadAddon } from '../../lib/native/addon';
import type { NativeGraph } from '../../lib/native/graph';
import { openSession } from '../../lib/runtime/open-session';
import { RunProfile } from '../../lib/runtime/run-profile';

const addon = loadAddon();

interface TraceEvent {
  ph: string;
  name: string;
  dur?: number;
  args: { name: string };
}

/** `y` is the square of 64² random numbers as a matrix; `take` waits for ever. */
function graph(): NativeGraph {
  const g = addon.createGraph();
  using size = addon.createTensor('int32', [2]);
  (size.data() as Int32Array).fill(64);
  const float = { type: 'float32' } as const;
  const types = { component_types: { types: ['float32' as const] } };
  g.addOperation({
    type: 'Const',
    name: 'size',
    inputs: [],
    attributes: { dtype: { type: 'int32' }, value: { tensor: size } },
  });
  g.addOperation({ type: 'RandomUniform', name: 'x', inputs: ['size:0'], attributes: { dtype: float } });
  g.addOperation({ type: 'MatMul', name: 'y', inputs: ['x:0', 'x:0'], attributes: {} });
  g.addOperation({ type: 'FIFOQueueV2', name: 'queue', inputs: [], attributes: types });
  g.addOperation({ type: 'QueueDequeueV2', name: 'take', inputs: ['queue:0'], attributes: types });
  return g;
}

it('ends a run that outlasts the time-out, says so, and goes on', async () => {
  using session = await openSession(addon, graph(), { timeoutSeconds: 1 });
  const waiting = session.run(session.prepare([], ['take:0']), []);
  await expect(waiting).rejects.toThrow(TensorFlowError);
  await expect(waiting).rejects.toMatchObject({
    code: 'ERR_TENSORFLOW',
    status: 'DEADLINE_EXCEEDED',
    message: expect.stringMatching(/longer than 1 s/),
  });
  const [y] = await session.run(session.prepare([], ['y:0']), []);
  expect(y?.shape).toEqual([64, 64]);
  y?.dispose();
});

it('profiles a few runs after the first, as Chrome shows them', async () => {
  const profile = new RunProfile(1, 2);
  using session = await openSession(addon, graph(), { profile });
  const plan = session.prepare([], ['y:0']);
  for (let run = 0; run < 5; run++) (await session.run(plan, [])).forEach((tensor) => tensor.dispose());
  expect(profile.length).toBe(2);
  const { traceEvents } = JSON.parse(profile.chromeTrace()) as { traceEvents: TraceEvent[] };
  expect(traceEvents.filter(({ ph }) => ph === 'M').map(({ args }) => args.name)).toContainEqual(
    expect.stringContaining('CPU:0'),
  );
  const products = traceEvents.filter(({ name }) => name.endsWith('MatMul'));
  expect(products).toHaveLength(2);
  expect(products.every(({ ph, dur, args }) => ph === 'X' && dur! >= 0 && args.name === 'y')).toBe(true);
});

it('says of a run that its end ended, and of what comes after it, that it was closed', async () => {
  const session = await openSession(addon, graph());
  const plan = session.prepare([], ['take:0']);
  const waiting = session.run(plan, []);
  session.close();
  await expect(waiting).rejects.toThrow(DisposedError);
  await expect(session.run(plan, [])).rejects.toMatchObject({
    code: 'ERR_DISPOSED',
    message: 'The session of the model was closed: open another one',
  });
  expect(() => session.prepare([], ['y:0'])).toThrow(DisposedError);
});
