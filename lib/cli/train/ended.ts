import { DivergedError } from '../../base/errors';
import { messageOf } from '../../base/shown';
import type { Ended } from '../../metrics/history/history';

/** How many epochs are done, of how many. */
export interface Reached {
  readonly epochs: number;
  readonly of: number;
}

const after = ({ epochs, of }: Reached): string => `after ${epochs} of ${of} epochs`;

export function running({ epochs, of }: Reached): Ended {
  return { kind: 'running', why: `${epochs} of ${of} epochs are done; the run goes on, or was ended from outside` };
}

/** `stopped`: why a callback ended it. */
export function endedInOrder(reached: Reached, stopped: string | undefined): Ended {
  const { epochs } = reached;
  if (stopped !== undefined) return { kind: 'stopped', why: `Stopped early ${after(reached)}: ${stopped}` };
  return { kind: 'completed', why: `Complete: ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}` };
}

/** `interrupted`: by a signal. */
export function endedByError(reached: Reached, error: unknown, { interrupted }: { interrupted: boolean }): Ended {
  if (interrupted) return { kind: 'interrupted', why: `Interrupted ${after(reached)}` };
  const message = messageOf(error);
  if (error instanceof DivergedError) return { kind: 'diverged', why: `Diverged ${after(reached)}: ${message}` };
  return { kind: 'failed', why: `Failed ${after(reached)}: ${message}` };
}
