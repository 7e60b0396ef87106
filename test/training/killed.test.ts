import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { derive } from '../../lib/base/random';
import { writeMotionVideos } from './support/motion-videos';

const STEPS = 15;
/** One for each stage; `MOVINET_KILLS=20` looks longer. */
const KILLS = Number(process.env['MOVINET_KILLS'] ?? 5);

/** A moment in a process's life: this long after its `count`-th line that begins so; of `''`, after its start. */
interface Moment {
  readonly line: string;
  readonly count: number;
  readonly ms: number;
}

/** Where the moments lie, and how long it may be until the next thing happens. */
const STAGES = [
  // TypeScript and TensorFlow are loaded, the checkpoint is read, the graph is built.
  { line: '', ms: 3000 },
  // The first batch is decoded, the first step prepared and taken.
  { line: 'begun', ms: 3000 },
  // A snapshot is made, written, read back; an older one is removed.
  { line: 'train', ms: 60 },
  { line: 'train', ms: 1000 },
  // The next step, or validation; early stopping takes the variables.
  { line: 'saved', ms: 120 },
] as const;

interface Child {
  readonly lines: readonly string[];
  readonly killed: boolean;
}

let folder = '';
let videos = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-killed-'));
  videos = await writeMotionVideos(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Trains in a process of its own, to the end or to this moment. */
async function train(run: string, moment?: Moment): Promise<Child> {
  const script = join(__dirname, 'support/train-in-child.ts');
  const child = spawn(process.execPath, ['-r', 'ts-node/register', script, videos, join(folder, run)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  let errors = '';
  let waiting: Promise<void> | undefined;
  const over = new AbortController();
  const kill = async ({ ms }: Moment): Promise<void> => {
    await after(ms, undefined, { signal: over.signal }).catch(() => undefined);
    child.kill('SIGKILL');
  };
  const look = (): void => {
    if (moment === undefined || waiting !== undefined) return;
    const reached = moment.line === '' || linesOf(told, moment.line).length >= moment.count;
    if (reached) waiting = kill(moment);
  };
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    told += text.toString();
    look();
  });
  look();
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  over.abort();
  await waiting;
  expect(errors).toBe('');
  if (signal === null) expect(code).toBe(0);
  else expect(signal).toBe('SIGKILL');
  return { lines: linesOf(told), killed: signal === 'SIGKILL' };
}

/** Whole ones: of the last one a part may have been written. */
const linesOf = (text: string, beginning = ''): string[] =>
  text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith(beginning));

type Final = Readonly<Record<string, unknown>> & { readonly arrays: Readonly<Record<string, string>> };

const finalOf = ({ lines }: Child): Final => {
  const last = lines.at(-1) ?? '';
  expect(last.slice(0, 4)).toBe('done');
  return JSON.parse(last.slice(5)) as Final;
};

/** The step of the last checkpoint that it told of, or went on from. */
const stepOf = ({ lines }: Child): number | undefined => {
  const steps = lines.filter((line) => /^(read|saved) /.test(line)).map((line) => Number(line.split(' ')[1]));
  return steps.at(-1);
};

function expectSame({ arrays, ...state }: Final, { arrays: wanted, ...straight }: Final): void {
  expect(state).toEqual(straight);
  expect(Object.keys(arrays)).toEqual(Object.keys(wanted));
  expect(Object.keys(wanted).filter((path) => arrays[path] !== wanted[path])).toEqual([]);
}

it('a run that is killed again and again is the run that was not, to the last bit', async () => {
  const random = derive(12, 'killed runs');
  const runningStraight = train('straight');
  let runs = 0;
  let last = 0;
  const killedRuns: Child[] = [];
  for (let kills = 0; kills < KILLS;) {
    const stage = STAGES[kills % STAGES.length] as (typeof STAGES)[number];
    const child = await train(`run-${runs}`, { ...stage, count: 1 + random.integer(2), ms: random.float() * stage.ms });
    const read = child.lines
      .find((line) => line.startsWith('read'))
      ?.split(' ')
      .map(Number);
    if (read !== undefined) {
      // What was told to be saved was, whole; what was saved just before it could be told is there as well.
      expect(read[2]).toBe(0);
      expect([last, last + 1]).toContain(read[1]);
    }
    last = stepOf(child) ?? last;
    if (child.killed) kills += 1;
    else {
      killedRuns.push(child);
      runs += 1;
      last = 0;
    }
  }
  killedRuns.push(await train(`run-${runs}`));
  const straight = finalOf(await runningStraight);
  expect(straight).toMatchObject({ epoch: 3, step: STEPS, history: [{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }] });
  // Variables, Adam's two slots of each, and early stopping's copies of all of them.
  expect(Object.keys(straight.arrays).filter((path) => path.startsWith('.callbacks/')).length).toBeGreaterThan(30);
  for (const child of killedRuns) expectSame(finalOf(child), straight);
}, 900_000);
