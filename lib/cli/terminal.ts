import { createColors } from 'picocolors';

type Environment = Readonly<Record<string, string | undefined>>;

/** The part of a stream that decides how to write to it. */
export interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
}

/** Whether the stream is a terminal on which lines can be redrawn. */
export function isTerminal(stream: MaybeTerminal, environment: Environment = process.env): boolean {
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

/** Whether to colour what goes to the stream: NO_COLOR forbids it, FORCE_COLOR asks for it, otherwise terminals get it. */
export function wantsColour(stream: MaybeTerminal, environment: Environment = process.env): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return isTerminal(stream, environment);
}

/** Functions that colour text for the stream, or leave it as it is. */
export function coloursFor(
  stream: MaybeTerminal,
  environment: Environment = process.env,
): ReturnType<typeof createColors> {
  return createColors(wantsColour(stream, environment));
}
