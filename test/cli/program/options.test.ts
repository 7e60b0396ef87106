import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectCommand } from '../../../lib/cli/inspect';
import { openProgress } from '../../../lib/cli/program/options';
import { suiteFolder } from '../../support/suite-folder';
import { type CommandOutcome, runInProcess } from '../support/run-in-process';

const { path: folder } = suiteFolder();
const file = join(folder, 'movinet.json');

const inspect = (content: object): Promise<CommandOutcome> => {
  writeFileSync(file, JSON.stringify(content));
  return runInProcess(inspectCommand, ['--config', file, join(folder, 'nothing')]);
};

it('says in a line what a command took from which file, beside its results', async () => {
  const { stdout, stderr } = await inspect({ inspect: { json: true } });
  expect(stderr.split('\n')[0]).toBe(`Configuration: ${file} (json)`);
  expect(stdout).toBe('');
});

it('says nothing where a file has nothing for the command, or with --quiet', async () => {
  expect((await inspect({ train: { epochs: 2 } })).stderr).not.toContain('Configuration');
  const quiet = await runInProcess((): Promise<void> => {
    openProgress({ json: false, quiet: true, configuration: { file, names: ['quiet'] } });
    return Promise.resolve();
  }, []);
  expect(quiet.stderr).toBe('');
});

it('ends with status 2 and one line for a configuration with an unknown key', async () => {
  expect(await inspect({ inspect: { jsn: true } })).toEqual({
    ...{ status: 2, stdout: '', stderr: `Error: ${file}: inspect has no option "jsn"\n` },
  });
});
