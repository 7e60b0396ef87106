import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completion } from '../../../lib/cli/movinet/completion';
import { suiteFolder } from '../../support/suite-folder';

const { path: folder } = suiteFolder();

async function scriptFor(shell: string): Promise<string> {
  let text = '';
  const take = (part: string, done: () => void): boolean => {
    text += part;
    done();
    return true;
  };
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(take as typeof process.stdout.write);
  try {
    await completion([shell]);
  } finally {
    write.mockRestore();
  }
  return text;
}

/** What bash offers where the words were typed so far and the last one is to be completed. */
async function bashOffers(...words: string[]): Promise<string[]> {
  const file = join(folder, 'movinet.bash');
  writeFileSync(file, await scriptFor('bash'));
  const typed = words.map((word) => `'${word}'`).join(' ');
  const program = `source ${file}; COMP_WORDS=(movinet ${typed}); COMP_CWORD=${words.length}; _movinet; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', program], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

it('completes commands, options of the command, and files in bash', async () => {
  expect(await bashOffers('tr')).toEqual(['train']);
  expect(await bashOffers('')).toEqual(expect.arrayContaining(['setup', 'predict', 'help', '--version']));
  expect(await bashOffers('train', '--batch-s')).toEqual(['--batch-size']);
  expect(await bashOffers('train', '--no-val')).toEqual(['--no-validation']);
  expect(await bashOffers('predict', '--batch-size', '4', '--lab')).toEqual(['--labels']);
  expect(await bashOffers('help', 'pre')).toEqual(['predict']);
  writeFileSync(join(folder, 'clip one.mp4'), '');
  writeFileSync(join(folder, 'weights'), '');
  expect(await bashOffers('predict', 'weig')).toEqual(['weights']);
  expect(await bashOffers('predict', 'cli')).toEqual(['clip one.mp4']);
});

it.each(['zsh', 'fish'])('is a script that %s reads', async (shell) => {
  const text = await scriptFor(shell);
  expect(text).toContain('movinet');
  expect(text).toContain('batch-size');
  const program = ['/usr/bin', '/bin'].map((place) => join(place, shell)).find((path) => existsSync(path));
  if (program === undefined) return;
  const file = join(folder, `movinet.${shell}`);
  writeFileSync(file, text);
  expect(spawnSync(program, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

it('refuses another shell', async () => {
  await expect(completion(['csh'])).rejects.toThrow('there is no completion for "csh": expected bash, zsh, fish');
});
