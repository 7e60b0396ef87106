// Says what this machine has and what stands in the way: `npm run doctor [-- --json]`. Exits with 1 when there is a problem.
import { diagnose } from '../lib/runtime/diagnosis';
import { formatDiagnosis } from '../lib/runtime/diagnosis-text';

async function doctor(words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => word !== '--json');
  if (unknown !== undefined) {
    process.stderr.write(`Unknown argument ${unknown}; usage: npm run doctor [-- --json]\n`);
    process.exitCode = 2;
    return;
  }
  const diagnosis = await diagnose();
  const text = words.includes('--json') ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis);
  process.stdout.write(`${text}\n`);
  process.exitCode = diagnosis.problems.length === 0 ? 0 : 1;
}

void doctor(process.argv.slice(2));
