import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { suiteFolder } from '../support/suite-folder';
import { writeVideo } from './support/video';

const CHILDREN = 8;
const CALLS = 4000;
/** MB: what a hostile size asks for is refused before it is used. */
const MEMORY = 8000;
/**
 * Sanitizers take the whole address space, and bound the memory by themselves. A child ends in the midst of things, under which LeakSanitizer falls over:
 * leaks are for the other tests.
 */
const sanitized = process.env['MOVINET_NATIVE_PREBUILD'] !== undefined;
const BOUND = `:allocator_may_return_null=1:max_allocation_size_mb=${MEMORY}:detect_leaks=0`;
const withBound = (name: string): Record<string, string> => ({ [name]: `${process.env[name] ?? ''}${BOUND}` });
const { path: folder } = suiteFolder();

beforeAll(async () => {
  await writeVideo(join(folder, 'video.avi'), 20);
  writeFileSync(join(folder, 'text.avi'), 'no video');
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  const pictures = join(folder, 'pictures');
  mkdirSync(pictures);
  writeFileSync(join(pictures, '1.ppm'), Buffer.concat([Buffer.from('P6\n9 8\n255\n'), Buffer.alloc(9 * 8 * 3, 99)]));
  writeFileSync(join(pictures, '2.jpg'), 'no picture');
  spawnSync('mkfifo', [join(pictures, '3.png')]);
});

/** How the child ended, and what it said: the last calls where it did not come to its end. */
async function fuzz(seed: number): Promise<{ code: number | null; signal: string | null; said: string }> {
  const script = join(__dirname, 'support', 'fuzz-calls.ts');
  const program = ['-r', 'ts-node/register', script, String(seed), String(CALLS), folder];
  // Bash does not run with a sanitizer's library preloaded.
  const [command, args] = sanitized
    ? [process.execPath, program]
    : ['bash', ['-c', `ulimit -c 0; ulimit -v ${MEMORY}000; exec "$0" "$@"`, process.execPath, ...program]];
  const child = spawn(command, args, {
    env: { ...process.env, ...(sanitized ? { ...withBound('ASAN_OPTIONS'), ...withBound('TSAN_OPTIONS') } : {}) },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
  const streams = [child.stdout, child.stderr, child.stdio[3] as Readable];
  const [output, errors, calls] = await Promise.all(streams.map((stream) => text(stream as Readable)));
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const ended = output === `${CALLS}\n` && child.exitCode === 0;
  return {
    code: child.exitCode,
    signal: child.signalCode,
    said: ended ? 'all calls' : `${errors}\n… ${calls?.split('\n').slice(-12).join(' · ')}`,
  };
}

test(`no argument makes a call crash or hang: ${CHILDREN * CALLS} calls`, async () => {
  // Two at a time, for two processors.
  for (let seed = 0; seed < CHILDREN; seed += 2) {
    const pair = [seed, seed + 1];
    const ends = await Promise.all(pair.map(fuzz));
    expect(ends.map((end, i) => ({ seed: pair[i], ...end }))).toEqual(
      pair.map((each) => ({ seed: each, code: 0, signal: null, said: 'all calls' })),
    );
  }
}, 600_000);
