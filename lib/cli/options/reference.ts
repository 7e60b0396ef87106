import { callOf, type CommandTable, CONFIGURATION_OPTIONS, exampleOf, isConfigured } from './command-table';
import { defaultOf, formOf, isOnByDefault, offFormOf, type OptionRow } from './option';

const INTRODUCTION = `# Options

Every command's options, as \`movinet COMMAND --help\` lists them (in a clone \`npm run COMMAND -- --help\`). This page is written by \`npm run docs:options\` from the tables that the commands parse by.

## Configuration file

What is the same in each call can stand in \`movinet.config.json\` in the working directory, or in a file that \`--config FILE\` names; \`--no-config\` leaves it unread. Each command's
options are under its name, written in camel case where the command line has hyphens, numbers as numbers and switches as \`true\` or \`false\`:

\`\`\`json
{
  "$schema": "./docs/movinet.config.schema.json",
  "train": { "data": "videos", "model": "a0-stream-relu6", "epochs": 5, "augment": [{ "kind": "horizontalFlip", "probability": 0.5 }] },
  "predict": { "model": "runs/first/model", "top": 3 }
}
\`\`\`

The command line wins over the file, the file over the defaults. An option of the command line also sets aside what excludes it in the file: \`--frame-rate\` a \`frameStep\`, \`--model\` the
\`weights\`, \`labels\` and \`gatingActivation\` of another model id. Each switch has its opposite on the command line: \`--no-strict\` takes back \`"strict": true\`. Relative paths start from the file's folder. A command says
in a line which options it took from which file; an unknown command or option, a wrong value, a key that is there twice and broken JSON end it with status 2 and one line that names file and key.
`;

/** A bar would end a cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Plain text: `<` would begin a tag. */
const plain = (text: string): string => text.replaceAll('<', '&lt;');

const code = (text: string): string => `\`${text}\``;

function flagsOf(name: string, row: OptionRow): string {
  if (isOnByDefault(row)) return code(offFormOf(name));
  return code(formOf(name, row)) + (row.helpOff === undefined ? '' : `, ${code(offFormOf(name))}`);
}

function helpOf(row: OptionRow): string {
  const { help, helpOff, repeated, required } = row;
  return [
    helpOff === undefined ? help : `${help}; off: ${helpOff}`,
    ...(repeated ? ['may be repeated'] : []),
    ...(required ? ['**required**'] : []),
  ].join('; ');
}

function tableLine(name: string, row: OptionRow, configured: boolean): string {
  const key = !configured ? [] : [row.commandLineOnly ? '–' : isOnByDefault(row) ? code(`${name}: false`) : code(name)];
  return `| ${[flagsOf(name, row), ...key, plain(helpOf(row)), plain(defaultOf(row) ?? '')].map(cell).join(' | ')} |`;
}

function sectionOf(table: CommandTable): string {
  const { name, description, operands, options } = table;
  const configured = isConfigured(name);
  const usage = `${callOf(table)} ${operands === undefined ? '' : `${operands[0]} `}[options]`;
  const columns = ['option', ...(configured ? ['in the file'] : []), 'what', 'default'];
  const rows = Object.entries(options).map(([key, row]) => tableLine(key, row, configured));
  const about = configured
    ? CONFIGURATION_OPTIONS.map(([form, help]) => `| ${[code(form), '–', help, ''].map(cell).join(' | ')} |`)
    : [];
  return [
    `## ${name}`,
    '',
    description,
    '',
    `${code(usage)}${operands === undefined ? '' : `: ${operands[1]}`}`,
    '',
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => '---').join('|')}|`,
    ...rows,
    ...about,
    '',
    ...resultOf(table),
    ...examplesOf(table),
  ].join('\n');
}

function resultOf({ name, result }: CommandTable): string[] {
  if (result === undefined) return [];
  return [
    `\`--json\`: \`#/definitions/${name}\` of [results.schema.json](results.schema.json) says what each line is.`,
    '',
  ];
}

function examplesOf({ examples = [], ...table }: CommandTable): string[] {
  if (examples.length === 0) return [];
  const lines = examples.flatMap(([call, what]) => [`# ${what}`, exampleOf(table, call)]);
  return ['```sh', ...lines, '```', ''];
}

/** The page of all commands' options, in Markdown. */
export function optionsReference(tables: readonly CommandTable[]): string {
  return [INTRODUCTION, ...tables.map(sectionOf)].join('\n');
}
