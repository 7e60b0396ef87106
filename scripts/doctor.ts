// Says what this machine has and what stands in the way: `npm run doctor [-- --json]`. Exits with 1 when there is a problem.
import { diagnose } from '../lib/runtime/diagnosis';
import { formatDiagnosis } from '../lib/runtime/diagnosis-text';

const words = process.argv.slice(2);
const unknown = words.find((word) => word !== '--json');
if (unknown !== undefined) {
  process.stderr.write(`Unknown argument ${unknown}; usage: npm run doctor [-- --json]\n`);
  process.exitCode = 2;
} else {
  const diagnosis = diagnose();
  process.stdout.write(
    `${words.includes('--json') ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis)}\n`,
  );
  process.exitCode = diagnosis.problems.length === 0 ? 0 : 1;
}
