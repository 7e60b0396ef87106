import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { commandTable, CONFIGURATION_OPTIONS, isConfigured, parseCommand } from '../options/command-table';
import { flagOf, isOnByDefault, offFormOf, type OptionRows } from '../options/option';
import { verboseOption } from '../program/options';
import { COMMANDS, type ProgramCommand } from './commands';

/** A command as a shell completes it. */
interface Completed {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly { readonly flag: string; readonly help: string }[];
}

const SHELLS = { bash, zsh, fish } as const;
type Shell = keyof typeof SHELLS;

export const completionTable = commandTable({
  name: 'completion',
  description: 'Prints what lets a shell complete commands, options and files.',
  operands: ['<shell>', Object.keys(SHELLS).join(', ')],
  options: { verbose: verboseOption },
  examples: [
    ['bash > ~/.local/share/bash-completion/completions/movinet', 'bash, from the next shell on'],
    ['zsh > "${fpath[1]}/_movinet"', 'zsh, from the next shell on'],
    ['fish > ~/.config/fish/completions/movinet.fish', 'fish'],
  ],
});

export const COMPLETION: ProgramCommand = {
  name: 'completion',
  about: 'print what lets a shell complete commands and options',
  load: () => ({ table: completionTable, run: completion }),
};

/** `movinet completion SHELL`: a script for standard output. */
export async function completion(argv: readonly string[]): Promise<void> {
  const { operands } = parseCommand(completionTable, argv);
  const names = Object.keys(SHELLS) as Shell[];
  const shell = z.enum(names).safeParse(operands[0]);
  if (!shell.success) throw new UsageError(`there is no completion for "${operands[0]}": expected ${names.join(', ')}`);
  const text = SHELLS[shell.data]([...COMMANDS, COMPLETION].map(completed));
  await new Promise((resolve) => process.stdout.write(text, resolve));
}

function completed({ name, about, load }: ProgramCommand): Completed {
  const { options } = load().table;
  const own = flagsOf(options).map(([flag, help]) => ({ flag, help }));
  const configured = isConfigured(name)
    ? CONFIGURATION_OPTIONS.map(([form, help]) => ({ flag: form.split(' ')[0] as string, help }))
    : [];
  return { name, about, flags: [...own, ...configured, { flag: '--help', help: 'every option' }] };
}

const flagsOf = (rows: OptionRows): [flag: string, help: string][] =>
  Object.entries(rows).map(([name, row]) => [isOnByDefault(row) ? offFormOf(name) : flagOf(name), row.help]);

const flagsText = ({ flags }: Completed): string => flags.map(({ flag }) => flag).join(' ');

function bash(commands: readonly Completed[]): string {
  const cases = commands.map((command) => `    ${command.name}) options="${flagsText(command)}" ;;`).join('\n');
  return `# bash completion of movinet
_movinet() {
  local word=\${COMP_WORDS[COMP_CWORD]} options=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} help --help --version" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases}
    help) options="${commands.map(({ name }) => name).join(' ')}" ;;
  esac
  if [[ $word == -* || \${COMP_WORDS[1]} == help ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _movinet movinet
`;
}

/** In single quotes, where a shell reads nothing but a single quote. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function zsh(commands: readonly Completed[]): string {
  const described = ({ flag, help }: Completed['flags'][number]): string =>
    quoted(`${flag}[${help.replaceAll(/[[\]:\\]/g, String.raw`\$&`)}]`);
  const cases = commands.map(
    ({ name, flags }) => `    ${name}) _arguments ${flags.map(described).join(' ')} '*:file:_files' ;;`,
  );
  const list = commands.map(({ name, about }) => quoted(`${name}:${about.replaceAll(':', String.raw`\:`)}`));
  return `#compdef movinet
_movinet() {
  local -a commands=(${list.join(' ')} 'help:show the options of a command')
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
    help) _describe command commands ;;
  esac
}
if [ "$funcstack[1]" = _movinet ]; then _movinet "$@"; else compdef _movinet movinet; fi
`;
}

function fish(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap(({ name, about, flags }) => [
    `complete -c movinet -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
    ...flags.map(
      ({ flag, help }) =>
        `complete -c movinet -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d ${quoted(help)}`,
    ),
  ]);
  return [
    '# fish completion of movinet',
    ...lines,
    "complete -c movinet -n __fish_use_subcommand -f -a help -d 'show the options of a command'",
    `complete -c movinet -n '__fish_seen_subcommand_from help' -f -a '${names}'`,
    '',
  ].join('\n');
}
