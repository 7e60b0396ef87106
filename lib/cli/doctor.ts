import { doctorResult } from './json/machine';
import { commandTable, parseCommand } from './options/command-table';
import { flag } from './options/option';
import { verboseOption } from './program/options';
import { JSON_FORMAT } from './program/results';
import { diagnose } from '../runtime/diagnosis';
import { formatDiagnosis } from '../runtime/diagnosis-text';

export const doctorTable = commandTable({
  name: 'doctor',
  result: doctorResult,
  description: 'Says what this machine has and what stands in the way.',
  examples: [['', 'a page for a person; --json for an issue']],
  options: { json: flag('print JSON'), verbose: verboseOption },
});

/** `movinet doctor`: exit status 1 where there is a problem. */
export async function doctor(argv: readonly string[]): Promise<void> {
  const { json } = parseCommand(doctorTable, argv).options;
  const diagnosis = await diagnose();
  process.stdout.write(
    `${json ? JSON.stringify({ format: JSON_FORMAT, ...diagnosis }, null, 2) : formatDiagnosis(diagnosis)}\n`,
  );
  process.exitCode = diagnosis.problems.length === 0 ? 0 : 1;
}
