import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { Command } from 'commander';
import { describeFailure, runCommand, throwUsageErrors, type CommandProcess } from '../../../lib/cli/program/failure';
import {
  CheckpointError,
  CheckpointMismatchError,
  DatasetError,
  OutputError,
  UsageError,
} from '../../../lib/base/errors';

beforeEach(() => {
  process.env['NO_COLOR'] = '1';
});

/** A process that remembers how it was left. */
class FakeProcess extends EventEmitter implements CommandProcess {
  readonly argv: string[];
  readonly stdout = new EventEmitter();
  text = '';
  readonly statuses: number[] = [];
  readonly stderr = {
    write: (text: string): void => {
      this.text += text;
    },
  };

  constructor(...args: string[]) {
    super();
    this.argv = ['node', 'train', ...args];
  }

  exit(status: number): void {
    this.statuses.push(status);
  }
}

async function failWith(error: unknown, ...args: string[]): Promise<FakeProcess> {
  const host = new FakeProcess(...args);
  await runCommand(() => {
    throw error;
  }, host);
  return host;
}

test.each<[unknown, number, string]>([
  [new UsageError('Unknown model "a9"'), 2, 'Error: Unknown model "a9"\n'],
  [new DatasetError('No videos in "x"'), 1, 'Error: No videos in "x"\n'],
  [new OutputError('two\n  lines'), 1, 'Error: two lines\n'],
  [new TypeError('boom'), 1, 'Error: boom (run with --verbose for the stack)\n'],
  ['a text', 1, 'Error: a text (run with --verbose for the stack)\n'],
  [new DOMException('This operation was aborted', 'AbortError'), 130, 'Error: Interrupted\n'],
])('%p ends with status %i and one line', async (error, status, line) => {
  const host = await failWith(error);
  expect(host.statuses).toEqual([status]);
  expect(host.text).toBe(line);
});

test('--verbose adds the stack and the cause', async () => {
  const cause = new Error('the disk said no');
  const host = await failWith(new OutputError('Cannot write', { cause }), '--verbose');
  expect(host.text).toMatch(/^Error: Cannot write\nOutputError: Cannot write\n\s+at /);
  expect(host.text).toContain('the disk said no');
});

test('--verbose lists every variable that does not match', async () => {
  const missing = Array.from({ length: 329 }, (_, index) => `variable${index}`);
  const mismatched = missing.map((path, index) => ({ path, expected: [1, index], actual: [2, index] }));
  const error = new CheckpointMismatchError('The checkpoint x', 658, { missing, mismatched, extra: [] });
  const plain = await failWith(error);
  expect(plain.text).toMatch(/^Error: The checkpoint x lacks 329 of 658 variables: .* \(--verbose lists them all\)\n$/);
  for (const thrown of [error, new CheckpointError('With advice', { cause: error })]) {
    const { text } = await failWith(thrown, '--verbose');
    expect(text).not.toContain('more items');
    expect(text).toContain("'variable328'");
    expect(text).toMatch(/\[ 1, 328 \]/);
  }
});

test('main gets the arguments, and its success leaves the process alone', async () => {
  const host = new FakeProcess('--epochs', '2');
  let seen: string[] = [];
  await runCommand((argv) => {
    seen = argv;
    return Promise.resolve();
  }, host);
  expect(seen).toEqual(['--epochs', '2']);
  expect([host.statuses, host.text]).toEqual([[], '']);
});

describe('commander', () => {
  async function parse(...args: string[]): Promise<FakeProcess> {
    const command = throwUsageErrors(new Command('train').option('--epochs <n>').version('1.2.3'));
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    const host = new FakeProcess(...args);
    await runCommand(async (argv) => {
      await command.parseAsync(argv, { from: 'user' });
    }, host);
    return host;
  }

  test('an unknown option ends with status 2 and one line', async () => {
    const host = await parse('--epoch', '2');
    expect(host.statuses).toEqual([2]);
    expect(host.text).toBe("Error: unknown option '--epoch' (Did you mean --epochs?)\n");
  });

  test('a missing value ends with status 2', async () => {
    const host = await parse('--epochs');
    expect(host.statuses).toEqual([2]);
    expect(host.text).toContain("'--epochs <n>' argument missing");
  });

  test.each(['--help', '--version'])('%s is no failure', async (option) => {
    const host = await parse(option);
    expect([host.statuses, host.text]).toEqual([[0], '']);
  });
});

test('rejections that nobody handles and what is thrown in callbacks end the process once', async () => {
  const host = new FakeProcess();
  await runCommand(() => Promise.resolve(), host);
  host.emit('unhandledRejection', new DatasetError('first'));
  host.emit('uncaughtException', new Error('second'));
  expect(host.statuses).toEqual([1]);
  expect(host.text).toBe('Error: first\n');
});

test('a reader that goes away ends the process quietly, another error of the stream does not', async () => {
  const host = new FakeProcess();
  await runCommand(() => Promise.resolve(), host);
  host.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect([host.statuses, host.text]).toEqual([[0], '']);
  const other = new FakeProcess();
  await runCommand(() => Promise.resolve(), other);
  other.stdout.emit('error', Object.assign(new Error('write EIO'), { code: 'EIO' }));
  expect(other.statuses).toEqual([1]);
});

test('a command whose work is worth more than what it prints outlives its readers', async () => {
  const host = new FakeProcess();
  await runCommand(() => Promise.resolve(), host, { needsReader: false });
  for (const code of ['EPIPE', 'EIO']) host.stdout.emit('error', Object.assign(new Error(`write ${code}`), { code }));
  expect(host.statuses).toEqual([]);
  host.stdout.emit('error', Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }));
  expect(host.statuses).toEqual([1]);
});

test('errors without a message still say something', () => {
  expect(describeFailure(new RangeError(), true)).toEqual({ status: 1, message: 'RangeError' });
});

describe('as a real process', () => {
  function run(main: string, shell: string): { status: number | null; stdout: string; stderr: string } {
    const program = `require('${join(__dirname, '../../../lib/cli/program/failure.ts')}').runCommand(${main})`;
    const command = `"${process.execPath}" -r ts-node/register -e "$PROGRAM" ${shell}`;
    const env = { ...process.env, TS_NODE_COMPILER_OPTIONS: '{"module":"commonjs"}', PROGRAM: program, NO_COLOR: '1' };
    return spawnSync('bash', ['-o', 'pipefail', '-c', command], {
      cwd: join(__dirname, '../..'),
      env,
      encoding: 'utf8',
    });
  }

  test('a rejection in the background ends it with one line and no stack', () => {
    const { status, stderr } = run(
      `async () => { void Promise.reject(new Error('lost')); await new Promise(() => setInterval(() => 0, 1000)); }`,
      '',
    );
    expect(status).toBe(1);
    expect(stderr).toBe('Error: lost (run with --verbose for the stack)\n');
  });

  test('output into head ends quietly', () => {
    const main = `async () => { for (;;) { console.log('line'); await new Promise(setImmediate); } }`;
    const { status, stdout, stderr } = run(main, '| head -n 1');
    expect([status, stdout, stderr]).toEqual([0, 'line\n', '']);
  });
});
