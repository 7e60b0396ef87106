import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { UsageError } from '../../../lib/base/errors';
import { type CommandTable, parseCommand } from '../../../lib/cli/options/command-table';
import { CONFIGURED_COMMANDS } from '../../../lib/cli/options/configuration';
import { configurationSchema } from '../../../lib/cli/options/json-schema';
import { flagOf } from '../../../lib/cli/options/option';
import { optionDocuments, TABLES } from '../../../scripts/options/documents';
import { suiteFolder } from '../../support/suite-folder';

const { path: folder } = suiteFolder();
const documents = optionDocuments();

it.each(Object.keys(documents))('%s is what the tables say: npm run docs:options writes it', (path) => {
  expect(readFileSync(join(__dirname, '../../..', path), 'utf8')).toBe(documents[path]);
});

it('has a table for every command that a configuration file is for', () => {
  const names = TABLES.map(({ name }) => name);
  expect(names.filter((name) => (CONFIGURED_COMMANDS as readonly string[]).includes(name))).toEqual([
    ...CONFIGURED_COMMANDS,
  ]);
});

it('lists every option of every command with its help', () => {
  const page = documents['docs/options.md']!;
  for (const { name, options } of TABLES) {
    const section = page.split('\n## ').find((part) => part.startsWith(`${name}\n`)) ?? '';
    for (const [key, { help }] of Object.entries(options)) {
      expect(help).not.toBe('');
      expect(section).toMatch(new RegExp(`^\\| \`${flagOf(key).replace('--', '--(no-)?')}[ \`]`, 'm'));
    }
  }
});

it('names nothing twice in different ways: an option of several commands means one type of value', () => {
  const { properties = {} } = configurationSchema(TABLES);
  const kinds = new Map<string, Set<string>>();
  for (const section of Object.values(properties) as { properties?: Record<string, z.core.JSONSchema.BaseSchema> }[])
    for (const [name, { type, anyOf }] of Object.entries(section.properties ?? {}))
      kinds.set(name, (kinds.get(name) ?? new Set()).add(JSON.stringify([type, anyOf?.map((one) => one.type)])));
  const several = [...kinds].filter(([, types]) => types.size > 1).map(([name]) => name);
  // Frames of a clip, and the frames that `video` shows.
  expect(several).toEqual(['frames']);
});

describe('the published schema', () => {
  const published = JSON.parse(documents['docs/movinet.config.schema.json']!) as Parameters<typeof z.fromJSONSchema>[0];
  const schema = z.fromJSONSchema(published);
  const path = join(folder, 'movinet.config.json');

  /** Whether the command takes it. */
  function parses(content: unknown, name: string): boolean {
    const table = tableOf(name);
    writeFileSync(path, JSON.stringify(content));
    try {
      parseCommand(table, ['--config', path, ...(table.operands === undefined ? [] : ['operand'])]);
      return true;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return false;
    }
  }

  const tableOf = (name: string): CommandTable => TABLES.find((one) => one.name === name)!;

  /** What must be given. */
  const requiredOf = (name: string): object =>
    Object.fromEntries(
      Object.entries(tableOf(name).options).flatMap(([key, { required }]) => (required ? [[key, 'a0-base']] : [])),
    );

  const values: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom<unknown>(
      true,
      false,
      null,
      '',
      'off',
      'on',
      'center',
      'zero',
      'cosine',
      'sigmoid',
      'a0-base',
      'stream',
    ),
    fc.constantFrom<unknown>(-1, 0, 0.5, 1, 1.5, 2, 3, 4, 32, 1000, 1001, 1e6, 2 ** 26, 2 ** 26 + 1, 2 ** 53),
    fc.constantFrom<unknown>(
      [],
      {},
      ['.mp4'],
      [5],
      [{ kind: 'grey' }],
      [{ kind: 'grey', probability: 2 }],
      [{ kind: 'x' }],
    ),
  );

  /** Texts in a grammar of their own, of which the schema knows no more than that they are texts. */
  const FREE = ['split', 'augment', 'frames', 'metrics'];

  it('takes and refuses what the commands do, for every option', () => {
    const options = TABLES.filter(({ name }) => (CONFIGURED_COMMANDS as readonly string[]).includes(name)).flatMap(
      ({ name, options }) => Object.keys(options).map((key) => [name, key] as const),
    );
    fc.assert(
      fc.property(fc.constantFrom(...options), values, ([name, key], value) => {
        fc.pre(!(FREE.includes(key) && typeof value === 'string'));
        const content = { [name]: { ...requiredOf(name), [key]: value } };
        expect({ content, taken: schema.safeParse(content).success }).toEqual({
          content,
          taken: parses(content, name),
        });
      }),
      { numRuns: 600 },
    );
  });

  it.each([
    [{}, true],
    [{ $schema: 'x', train: {}, export: { format: 'stream' } }, true],
    [{ train: { epoch: 1 } }, false],
    [{ trian: {} }, false],
    [{ train: 5 }, false],
    [[], false],
  ])('is of one mind with train about %j', (content, taken) => {
    expect([schema.safeParse(content).success, parses(content, 'train')]).toEqual([taken, taken]);
  });
});
