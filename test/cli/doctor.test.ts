import { doctorResult } from '../../lib/cli/json/machine';
import { run } from '../scripts/support/modules';

function doctor(...args: string[]): ReturnType<typeof run> {
  return run(process.execPath, ['-r', 'ts-node/register', 'lib/cli/main.ts', 'doctor', ...args]);
}

it('prints only JSON on standard output with --json, its status 1 where there are problems', () => {
  const result = doctor('--json');
  const diagnosis = JSON.parse(result.stdout) as { versions: { node: string }; problems: string[] };
  expect(doctorResult.safeParse(diagnosis).error).toBeUndefined();
  expect(diagnosis.versions.node).toBe(process.versions.node);
  expect(result.status).toBe(diagnosis.problems.length === 0 ? 0 : 1);
});

it('exits with 2 for an argument that it does not know', () => {
  const result = doctor('--nonsense');
  expect(result.status).toBe(2);
  expect(result.stderr).toContain('--nonsense');
});
