import type { Described } from '../../base/described';
import { UsageError } from '../../base/errors';
import type { Callback } from '../callback';
import { callbacks } from './registry';
// The kinds that there always are.
import './checkpoints';
import './early-stopping';
import './reduce-on-plateau';
import '../logs/csv-log';
import '../logs/json-lines-log';
import '../logs/tensor-board';

/** A callback as users name it: a description, or one of their own. */
export type CallbackChoice = string | Described<'callback'> | Callback;

/** The callbacks of one run, in their order. Throws {@link UsageError} for an unknown kind, a wrong option, and two of one name. */
export function chosenCallbacks(choices: readonly CallbackChoice[]): readonly Callback[] {
  const chosen = choices.map((choice) => (isCallback(choice) ? choice : callbacks.build(choice)));
  const names = chosen.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UsageError(`Two callbacks are named "${twice}"; their states need names of their own`);
  return chosen;
}

const isCallback = (choice: CallbackChoice): choice is Callback =>
  typeof choice === 'object' && (choice as unknown) !== null && !('kind' in choice);
