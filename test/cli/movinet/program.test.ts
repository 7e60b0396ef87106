import { COMMANDS } from '../../../lib/cli/movinet/commands';
import { COMPLETION } from '../../../lib/cli/movinet/completion';
import { run } from '../../scripts/support/modules';

const movinet = (...args: string[]): ReturnType<typeof run> =>
  run(process.execPath, ['-r', 'ts-node/register/transpile-only', 'lib/cli/main.ts', ...args]);

it('lists every command, with examples and exit statuses', () => {
  const { status, stdout } = movinet('--help');
  expect(status).toBe(0);
  for (const { name, about } of [...COMMANDS, COMPLETION])
    expect(stdout.replace(/\s+/g, ' ')).toContain(`${name} ${about}`);
  expect(stdout).toContain('$ movinet train');
  expect(stdout).toContain('Exit status:');
});

it('without a command shows the same on standard error, with status 2', () => {
  const { status, stdout, stderr } = movinet();
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('$ movinet train');
});

it('names the command that was meant', () => {
  const { status, stderr } = movinet('trian', '--data', 'x');
  expect(status).toBe(2);
  expect(stderr).toBe("Error: unknown command 'trian' (Did you mean train?)\n");
});

it('tells the versions of itself and of what it runs on', () => {
  const { status, stdout } = movinet('--version');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^movinet-native \d\S+\nnode \d\S+\ntensorflow \d\S+\nopencv \d\S+\nffmpeg \d\S+\n$/);
});

it.each([
  ['inspect', '--help'],
  ['help', 'inspect'],
])('shows the options of a command: %s %s', (...args) => {
  const { status, stdout } = movinet(...args);
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: movinet inspect [options] <paths...>');
  expect(stdout).toContain('$ movinet inspect models/actions/1');
});

it('hands over arguments as they are, whatever they begin with', () => {
  const { status, stderr } = movinet('inspect', '--json', '/there/is/no/model', '--verbose');
  expect(status).toBe(1);
  expect(stderr).toContain('/there/is/no/model');
});

it('refuses help for what is no command', () => {
  const { status, stderr } = movinet('help', 'nonsense');
  expect([status, stderr]).toEqual([2, 'Error: there is no command "nonsense": movinet --help lists them\n']);
});
