import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovinetError } from '../../../../../lib/base/errors';
import { environmentFile, pythonOf } from '../../../../../scripts/bench/peers/inputs/environments';
import { CONVERTER_ENVIRONMENT, PEERS } from '../../../../../scripts/bench/peers/peer-list';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-environments-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An interpreter that writes down what it is asked for; `-m venv` copies it, and `-m pip` does as `pip` says. */
function interpreter(pip: string): string {
  const path = join(folder, 'python');
  const script = `#!/bin/sh
echo "$2" >> ${folder}/log
case "$2" in
venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";;
pip) ${pip};;
esac
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

const log = (): string[] => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');

it('makes an environment once', async () => {
  const made: string[] = [];
  const options = {
    python: interpreter('exit 0'),
    folder: join(folder, 'cache'),
    onMake: (name: string) => made.push(name),
  };
  const first = await pythonOf('openvino', options);
  await expect(pythonOf('openvino', options)).resolves.toBe(first);
  expect(existsSync(first)).toBe(true);
  expect(log()).toEqual(['venv', 'pip']);
  expect(made).toEqual(['openvino']);
  await expect(pythonOf('litert', options)).resolves.not.toBe(first);
});

it('says why one cannot be had, and goes on from there the next time', async () => {
  const cache = join(folder, 'cache');
  const python = interpreter('echo a remark >&2; echo "ERROR: No matching distribution found" >&2; exit 1');
  const failing = pythonOf('openvino', { python, folder: cache });
  await expect(failing).rejects.toThrow(MovinetError);
  await expect(failing).rejects.toThrow(/Python environment cannot be had: .*ERROR: No matching distribution found$/);
  await pythonOf('openvino', { python: interpreter('exit 0'), folder: cache });
  expect(log()).toEqual(['venv', 'pip', 'venv', 'pip']);
});

it('names an interpreter that is not there', async () => {
  const made = pythonOf('openvino', { python: '/nowhere/python', folder: join(folder, 'cache') });
  await expect(made).rejects.toThrow(/cannot be had: .*\/nowhere\/python/);
});

it.each([...new Set([CONVERTER_ENVIRONMENT, ...PEERS.map(({ environment }) => environment)])])(
  'has every package of %s pinned',
  (name) => {
    const lines = readFileSync(environmentFile(name), 'utf8').split('\n');
    const packages = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(packages.length).toBeGreaterThan(1);
    expect(packages.filter((line) => !/^[\w.-]+==[\w.]+$/.test(line))).toEqual([]);
  },
);
