import { CONFIGURED_COMMANDS } from '../../../lib/cli/options/configuration';
import { COMMANDS } from '../../../lib/cli/movinet/commands';
import { packageJson } from '../../repository/support';

const names = COMMANDS.map(({ name }) => name);

it.each(COMMANDS)('$name is named as its table, says what it does and how it is called', ({ name, load }) => {
  const { table, run } = load();
  expect(table.name).toBe(name);
  expect(table.description).not.toBe('');
  expect(table.examples?.length).toBeGreaterThan(0);
  expect(run).toBeInstanceOf(Function);
  // What programs read has a schema, which runInProcess holds every test of the command to.
  expect(table.result !== undefined).toBe('json' in table.options);
});

it('has all that a configuration file is for', () => {
  expect(CONFIGURED_COMMANDS.filter((name) => !names.includes(name))).toEqual([]);
});

it('is what npm runs in a clone', () => {
  const { scripts } = packageJson();
  for (const name of names.filter((one) => one !== 'setup' && one !== 'completion'))
    expect(scripts[name]).toBe(`exec node -r ts-node/register lib/cli/main.ts ${name}`);
});
