import { commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag } from '../../lib/cli/options/option';
import { verboseOption } from '../../lib/cli/program/options';
import { JSON_FORMAT } from '../../lib/cli/program/results';
import { diagnose } from '../../lib/runtime/diagnosis';
import { formatDiagnosis } from '../../lib/runtime/diagnosis-text';

export const doctorTable = commandTable({
  name: 'doctor',
  description: 'Says what this machine has and what stands in the way.',
  options: { json: flag('print JSON'), verbose: verboseOption },
});

/** `npm run doctor`: exit status 1 where there is a problem. */
export async function doctor(argv: readonly string[]): Promise<void> {
  const { json } = parseCommand(doctorTable, argv).options;
  const diagnosis = await diagnose();
  process.stdout.write(
    `${json ? JSON.stringify({ format: JSON_FORMAT, ...diagnosis }, null, 2) : formatDiagnosis(diagnosis)}\n`,
  );
  process.exitCode = diagnosis.problems.length === 0 ? 0 : 1;
}
