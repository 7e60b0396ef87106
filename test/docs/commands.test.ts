import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../lib/cli/movinet/commands';
import { parseCommand } from '../../lib/cli/options/command-table';
import { TABLES } from '../../scripts/options/documents';
import { runInProcess } from '../cli/support/run-in-process';
import { projectFiles, repository } from '../repository/support';
import { suiteFolder } from '../support/suite-folder';
import { commandsOf, wordsOf } from './support/blocks';
import { DocumentMaterial } from './support/material';

const documents = projectFiles().filter((file) => file.endsWith('.md') && commandsOf(file).length > 0);

/** What would take long, changes this machine or wants one that is not here; and where it is tried instead. */
const ELSEWHERE: readonly (readonly [command: RegExp, where: string])[] = [
  [/^npm (?:test|install|pack|run (?:lint|test:\w+|train) ?(?:&&.*)?$)/, '.ci/run, scripts/package/check.ts'],
  [/^(?:npx movinet|npm run) (?:setup|doctor|train)$/, 'test/scripts, test/runtime, test/cli/train'],
  [/^movinet completion/, 'test/cli'],
  [/^python scripts\/python\/exports\//, 'npm run check:exports'],
  [/^python|^scripts\/python/, 'scripts/python/README.md: other programs than this one'],
  [/^(?:npx jest|build\/|\.ci\/run|tensorboard|curl|git|npx tsx|gdb|valgrind|sudo|perf)\b/, 'programs of others'],
];

/** Cameras and addresses are films here; a GPU is a processor. */
const ON_THIS_MACHINE: Readonly<Record<string, readonly string[]>> = {
  'rtsp://camera/live': ['clip1.mp4'],
  '0': ['clip1.mp4'],
  gpu: ['cpu'],
  'path/to/ckpt-1': ['weights/ckpt-1'],
  'videos/ucf101': ['parts'],
  'test/fixtures/golden/*.json': ['golden.json'],
  '*.mp4': ['clip1.mp4', 'clip2.mp4'],
};

/** What keeps a run short, from a configuration file, as a user would have it. */
const SHORT = { size: 32, frames: 4, frameStep: 2, device: 'cpu' };
const CONFIGURATION = { train: { ...SHORT, batchSize: 4, maxSteps: 4 }, evaluate: { device: 'cpu' } };

const { path: folder } = suiteFolder();
const material = new DocumentMaterial(folder);
const before = { folder: process.cwd(), cache: process.env['XDG_CACHE_HOME'], color: process.env['NO_COLOR'] };

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  await material.write();
  process.env['XDG_CACHE_HOME'] = material.cache;
}, 120_000);

afterAll(() => {
  process.chdir(before.folder);
  for (const [name, value] of [
    ['XDG_CACHE_HOME', before.cache],
    ['NO_COLOR', before.color],
  ] as const)
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
});

/** The command of the program, or the clone's script, that a line calls. */
function callOf(line: string): { name: string; words: string[] } {
  const [, name = '', rest = ''] =
    /^(?:npm run (?:--silent )?|(?:npx )?movinet )([\w:]+)(?: --(?= ))?(.*)$/.exec(line) ?? [];
  return { name, words: wordsOf(rest).flatMap((word) => ON_THIS_MACHINE[word] ?? [word]) };
}

const isElsewhere = (line: string): boolean => ELSEWHERE.some(([command]) => command.test(line));

describe.each(documents)('%s', (document) => {
  const lines = commandsOf(document).filter((line) => !isElsewhere(line));
  const made = lines.flatMap((line) => / --out runs\/(\w+)/.exec(line)?.[1] ?? []);
  let place: string;

  beforeAll(() => {
    place = material.workplace(
      document,
      ['first', 'second'].filter((run) => !made.includes(run)),
    );
    writeFileSync(join(place, 'movinet.config.json'), JSON.stringify(CONFIGURATION));
  });

  if (lines.length === 0) {
    it('has commands that are tried elsewhere', () => expect(commandsOf(document)).not.toEqual([]));
    return;
  }

  it.each(lines)('%s', async (line) => {
    const { name, words } = callOf(line);
    const command = COMMANDS.find((one) => one.name === name);
    if (command === undefined || document === 'docs/options.md') {
      const table = command?.load().table ?? TABLES.find((one) => one.name === name);
      if (table !== undefined) parseCommand(table, words);
      else
        expect(
          Object.keys(
            (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object }).scripts,
          ),
        ).toContain(name);
      return;
    }
    process.chdir(place);
    const { status, stderr } = await runInProcess(command.load().run, words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining('Error') });
  });
});
