import { flagOf } from '../options/option';

/** Options of the library whose flag has another name, or no value, as messages have them in backquotes. */
const OWN_FLAGS: Readonly<Record<string, string>> = {
  "overwrite: 'anything'": '--overwrite',
  shape: '--clip-shape',
};

/** The flag of an option: `--frame-rate` of `frameRate`; of an option within another one, such as `clip.size`, that of the last. */
export function flagOfOption(option: string): string {
  const name = option.split('.').at(-1) ?? option;
  return OWN_FLAGS[option] ?? flagOf(name);
}

/** A message of the library for a user of commands: the options in it, in backquotes, as flags. */
export function withFlags(message: string): string {
  return message.replace(/`([a-z][A-Za-z0-9]*(?:: '[a-z]+')?)`/g, (_, option: string) => flagOfOption(option));
}
