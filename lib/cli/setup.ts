import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packageFolder } from '../native/package';
import { commandTable, parseCommand } from './options/command-table';
import { flag } from './options/option';
import { verboseOption } from './program/options';

export const setupTable = commandTable({
  name: 'setup',
  description:
    "Makes this machine ready: libtensorflow into the user's cache, the native addon for this system: the one that the package brings, or where it does not fit, one built here. Each step is left out where it is done.",
  examples: [
    ['', 'once for each machine and version'],
    ['--status', 'what is done already'],
  ],
  options: {
    status: flag('change nothing: print what is done and what is not, as JSON'),
    buildFromSource: flag(
      "build the addon here, with this system's OpenCV and FFmpeg, even where a prebuilt one fits; from now on",
    ),
    prebuilt: flag('take the prebuilt addon again'),
    verbose: verboseOption,
  },
});

/** `movinet setup`: its steps are plain scripts, since they prepare what everything else needs. Exit status 1 where a step fails. */
export async function setup(argv: readonly string[]): Promise<void> {
  const { status, buildFromSource, prebuilt } = parseCommand(setupTable, argv).options;
  const script = join(packageFolder, 'scripts', 'setup.mjs');
  const words = [
    ...(status ? ['--status'] : []),
    ...(buildFromSource ? ['--build-from-source'] : []),
    ...(prebuilt ? ['--prebuilt'] : []),
  ];
  const child = spawn(process.execPath, [script, 'run', ...words], { stdio: 'inherit' });
  // Ctrl-C reaches the child too, which ends by it.
  process.on('SIGINT', () => undefined);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
}
