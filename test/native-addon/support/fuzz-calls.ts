/**
 * Calls the addon with generated arguments: `fuzz-calls.ts SEED CALLS FOLDER`. Only errors may come of it, never a signal and never a wait without end; each
 * call is written down before it is made, so that whoever started this knows the last one. Prints how many calls it made.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { derive } from '../../../lib/base/random';
import { loadAddon } from '../../../lib/native/addon';
import type { NativeSession, RunPlan } from '../../../lib/native/session';
import type { NativeTensor } from '../../../lib/native/tensor';
import { type Arguments, argumentTables } from './fuzz-arguments';
import { oddValue } from './odd-values';

const [seed, calls, folder] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4] as string];
const random = derive(seed, 'fuzz');
const addon = loadAddon() as unknown as Record<string, (...args: unknown[]) => unknown>;
/** Of the order of what a blocked thing would need: for ever. */
const PATIENCE_MS = 20_000;
const BRIEFLY_MS = 300;
const MOST_UNDER_WAY = 24;
const MOST_OBJECTS = 40;
/** Calls after which there are good objects again: most live briefly. */
const RESTOCK = 100;

const odd = (): unknown => oddValue(random, interfere);
const { functions, methods } = argumentTables({
  ...{ random, folder, odd, some: (name) => some(name) },
  createTensor: (dtype, shape) => addon['createTensor']?.(dtype, shape),
});

/** Objects of the addon by the names of their classes, disposed ones too. */
const objects = new Map<string, object[]>();
const all = (): object[] => [...objects.values()].flat();
const some = (name: string): unknown => {
  const known = objects.get(name);
  return known === undefined || random.integer(12) === 0 ? random.pick([...all(), {}]) : random.pick(known);
};

function keep(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  const { name } = value.constructor;
  if (!(name in methods)) {
    Object.values(value).slice(0, 4).forEach(keep);
    return;
  }
  if (name === 'Session') mayWait.add(value as NativeSession);
  const list = objects.get(name) ?? [];
  list.push(value);
  // The oldest go, that the collector ends what nobody has ended.
  if (list.length > MOST_OBJECTS) list.shift();
  objects.set(name, list);
}

/** Something else, in the midst of a call. */
function interfere(): unknown {
  const known = all();
  if (known.length === 0 || random.integer(4) > 0) return undefined;
  const object = random.pick(known) as Record<string, unknown>;
  const method = object[random.pick(['close', 'dispose', 'abort', 'data'])];
  const result = typeof method === 'function' ? (method as () => unknown).call(object) : undefined;
  if (result instanceof Promise) result.catch(() => undefined);
  return result;
}

/** What a session can run in earnest. */
const runs: { session: NativeSession; plan: RunPlan; feeds: NativeTensor[] }[] = [];

/** Sessions that may have a run that waits for a queue that nobody fills. */
const mayWait = new Set<NativeSession>();

interface Call {
  readonly name: string;
  readonly on: object;
  readonly function: unknown;
  readonly parameters: Arguments;
}

function nextCall(): Call {
  const name = random.pick([...objects.keys(), 'addon']);
  const methodsOf = methods[name];
  const on = methodsOf === undefined ? addon : (random.pick(objects.get(name) ?? [addon]) as Record<string, unknown>);
  const table = methodsOf ?? functions;
  const ends = Object.keys(table).filter((known) => ['close', 'dispose', 'abort'].includes(known));
  const goesOn = Object.keys(table).filter((known) => !ends.includes(known));
  // What ends an object is called rarely, or nothing else would be.
  const method = random.pick(ends.length > 0 && random.integer(20) === 0 ? ends : goesOn);
  if (random.integer(8) === 0) {
    const { session, plan, feeds } = random.pick(runs);
    // RunOptions: none, a time-out of 5 ms, a trace.
    const options = random.pick([undefined, new Uint8Array([0x10, 5]), new Uint8Array([0x08, 3])]);
    const parameters = [() => plan, () => feeds, () => options];
    const way = random.pick(['run', 'trace'] as const);
    return { name: `Session.${way}`, on: session, function: session[way], parameters };
  }
  // Now and then as the method of something else, or as a constructor's.
  const receiver = random.integer(60) === 0 ? random.pick([...all(), {}]) : on;
  const constructs = random.integer(80) === 0;
  return {
    name: `${name}.${constructs ? 'constructor' : method}`,
    on: receiver,
    function: constructs ? class extends ((on as object).constructor as new () => object) {} : on[method],
    parameters: table[method] as Arguments,
  };
}

function make(call: Call): unknown {
  const args = call.parameters.map((parameter) => parameter());
  // Many calls are in order, that others may find something to work with.
  if (args.length > 0 && random.integer(3) === 0) args[random.integer(args.length)] = odd();
  if (random.integer(30) === 0) args.pop();
  return call.name.endsWith('.constructor')
    ? Reflect.construct(call.function as new () => object, args)
    : Reflect.apply(call.function as () => unknown, call.on, args);
}

/** Good objects of every class, and a graph whose runs compute, wait, draw at random and keep a variable. */
async function restock(): Promise<void> {
  const addon = loadAddon();
  const graph = addon.createGraph();
  const float = { type: 'float32' } as const;
  const add = (type: string, name: string, inputs: string[] = [], attributes = {}): unknown =>
    graph.addOperation({ type, name, inputs, attributes });
  add('Placeholder', 'x', [], { dtype: float, shape: { shape: [2] } });
  add('Mul', 'y', ['x:0', 'x:0']);
  using two = addon.createTensor('float32', [2]);
  add('Const', 'a', [], { dtype: float, value: { tensor: two } });
  add('VarHandleOp', 'b', [], { dtype: float, shape: { shape: [2] } });
  add('AssignVariableOp', 'c', ['b:0', 'x:0'], { dtype: float });
  add('FIFOQueueV2', 'queue', [], { component_types: { types: ['float32'] } });
  add('QueueDequeueV2', 'random', ['queue:0'], { component_types: { types: ['float32'] } });
  const session = await addon.createSession(graph);
  const plans: [RunPlan, boolean][] = [
    [session.prepare(['x:0'], ['y:0', 'x:0', 'a:0']), true],
    [session.prepare(['x:0'], [], ['c']), true],
    [session.prepare([], ['a:0', 'b:0']), false],
  ];
  if (random.integer(4) === 0) {
    plans.push([session.prepare([], ['random:0']), false]);
  }
  const tensors = [addon.createTensor('float32', [2]), addon.createTensor('uint8', [2, 2, 8, 8, 3])];
  const batches = [addon.createTensor('float32', [1, 3, 8, 8, 3]), addon.createStringTensor(['a', 'b'], [2])];
  const [indexed] = await addon.indexVideos([join(folder, 'video.avi')], 1);
  if (indexed?.ok === true) objects.set('table', [indexed.index.table]);
  const reader = await addon.openVideo(join(folder, 'video.avi'));
  const writer = await addon.createVideoWriter(join(folder, 'written.avi'), {
    width: 8,
    height: 8,
    fps: 5,
    fourcc: 'MJPG',
  });
  const [x] = tensors as [NativeTensor];
  for (const [plan, feeds] of plans) runs.push({ session, plan, feeds: feeds ? [x] : [] });
  runs.splice(0, runs.length - MOST_OBJECTS);
  [
    graph,
    session,
    ...plans.map(([plan]) => plan),
    ...tensors,
    ...batches,
    reader,
    writer,
    addon.createClipDecoder(2),
  ].forEach(keep);
}

async function fuzz(): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  for (let done = 0; done < calls; done++) {
    // It may fail for want of memory, as anything may.
    if (done % RESTOCK === 0) await restock().catch(() => undefined);
    const call = nextCall();
    writeSync(3, `${done} ${call.name}\n`);
    try {
      const result = make(call);
      if (result instanceof Promise) {
        const settled = (result as Promise<unknown>)
          .then(keep, () => undefined)
          .finally(() => underWay.delete(settled));
        underWay.add(settled);
      } else keep(result);
    } catch {
      // An error is an answer.
    }
    if (underWay.size >= MOST_UNDER_WAY) await settle(Promise.race(underWay));
    else if (random.integer(8) === 0) await setImmediate();
  }
  await settle(Promise.all(underWay));
  writeSync(1, `${calls}\n`);
}

/** Runs that wait end with their sessions; everything else ends by itself. */
async function settle(promises: Promise<unknown>): Promise<void> {
  if (await within(BRIEFLY_MS, promises)) return;
  for (const session of mayWait) session.close();
  mayWait.clear();
  if (!(await within(PATIENCE_MS, promises))) throw new Error('a promise was not settled');
}

async function within(ms: number, promises: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const late = setTimeout(ms, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([promises.then(() => true), late]);
  timer.abort();
  return inTime;
}

void fuzz().then(
  // With whatever is still alive.
  () => process.exit(0),
  (error: unknown) => {
    writeSync(2, String(error));
    process.exit(1);
  },
);
