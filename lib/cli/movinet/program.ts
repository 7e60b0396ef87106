import { Command, CommanderError } from 'commander';
import { UsageError } from '../../base/errors';
import { throwUsageErrors } from '../program/failure';
import { COMMANDS, type LoadedCommand } from './commands';
import { COMPLETION } from './completion';
import { versionText } from './version';

const EXAMPLES = `
Examples:
  $ movinet setup                                          # once for each machine and version
  $ movinet train --data videos --epochs 5 --out runs/first
  $ movinet predict --model runs/first/model clip.mp4
  $ movinet train --help                                   # every option of a command

Exit status: 0 done, 1 something failed, 2 called wrongly, 130 ended by Ctrl-C.`;

/** In the order of the help. */
const ALL = [...COMMANDS, COMPLETION];

function load(name: string): LoadedCommand {
  const command = ALL.find((one) => one.name === name);
  if (command === undefined) throw new UsageError(`there is no command "${name}": movinet --help lists them`);
  return command.load();
}

/** `movinet COMMAND …`: hands the arguments after the command's name to the command, as they are. */
export async function movinet(argv: readonly string[]): Promise<void> {
  const program = throwUsageErrors(new Command('movinet'))
    .description('Fine-tunes, evaluates and streams MoViNet video classifiers.')
    .option('-V, --version', 'print the versions of this program and of what it runs on')
    .enablePositionalOptions()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  program.on('option:version', () => {
    process.stdout.write(`${versionText()}\n`);
    throw new CommanderError(0, 'commander.version', '');
  });
  for (const { name, about } of ALL)
    throwUsageErrors(program.command(name))
      .description(about)
      .usage('[options]')
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .argument('[arguments...]')
      .action((_given, _options, { args }: Command) => load(name).run(args));
  throwUsageErrors(program.command('help'))
    .description('show the options of a command')
    .argument('[command]')
    .action((name?: string) => (name === undefined ? program.help() : load(name).run(['--help'])));
  const [first = ''] = argv;
  const isUnknown = !first.startsWith('-') && ![...ALL, { name: 'help' }].some(({ name }) => name === first);
  // What follows an unknown command is not looked at, so that it is the command that is told of.
  await program.parseAsync(isUnknown ? argv.slice(0, 1) : [...argv], { from: 'user' });
}
