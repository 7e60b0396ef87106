import * as fc from 'fast-check';
import type { Callback } from '../../../lib/training/callback';
import type { RunState } from '../../../lib/training/run-state';
import { FakeRun } from './fake-run';

/** What a run does next, as its callbacks are told of it. */
export type Act = 'step' | 'epoch' | 'validate';

/** Numbers that follow from the step; validation's from the first validation on. */
const measured = (step: number): Record<string, number> => ({
  loss: 1 / (1 + step),
  accuracy: step % 7 === 3 ? NaN : 0.5,
});
const validated = (step: number): Record<string, number> => ({ val_loss: 2 / (1 + step), val_accuracy: 0.25 });

/** A {@link FakeRun} whose numbers depend on its state alone, so that another one goes on from it as it would have. */
export class LoggedRun extends FakeRun {
  constructor(
    private readonly told: readonly Callback[],
    state: Partial<RunState> = {},
  ) {
    super(told, { batch: 0, ...state });
  }

  override async begin(): Promise<void> {
    await super.begin();
    for (const callback of this.told) await callback.onEpochBegin?.(this.state.epoch + 1, this);
  }

  async act(act: Act): Promise<void> {
    const { step, epoch } = this.state;
    if (act === 'step') await this.takeSteps(1);
    else if (act === 'validate') await this.validate();
    else await this.epoch({ ...measured(step), ...(epoch % 2 === 1 && validated(step)) });
  }

  private async validate(): Promise<void> {
    const { epoch, step, validations } = this.state;
    const record = { epoch: epoch + 1, step, metrics: validated(step) };
    this.state = { ...this.state, validations: [...validations, record] };
    for (const callback of this.told) await callback.onValidation?.(record, this);
  }
}

/** Expects the log of a run that was killed anywhere, and went on from what it had saved, to be that of one which was not; whatever it did. */
export async function expectKilledAsWhole(
  log: Parameters<typeof killedAndNot<string>>[2],
  options: { readonly seed: number; readonly numRuns: number },
): Promise<void> {
  const acts = fc.array(fc.constantFrom<Act>('step', 'epoch', 'validate'), { minLength: 1, maxLength: 10 });
  const cases = acts.chain((all) =>
    fc.record({ acts: fc.constant(all), saved: fc.nat(all.length - 1), more: fc.nat(4) }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ acts: all, saved, more }) => {
      const { whole, goneOn } = await killedAndNot(all, { saved, killed: saved + more }, log);
      expect(goneOn).toBe(whole);
    }),
    options,
  );
}

/** How the log of a run that was killed and went on differs from that of one that was not: `write` makes the callback, `read` what it left. */
async function killedAndNot<Log>(
  acts: readonly Act[],
  { saved, killed }: { readonly saved: number; readonly killed: number },
  { write, read }: { readonly write: (place: string) => Callback; readonly read: (place: string) => Log },
): Promise<{ readonly whole: Log; readonly goneOn: Log }> {
  const whole = new LoggedRun([write('whole')]);
  await whole.begin();
  let state = whole.state;
  for (const [i, act] of acts.entries()) {
    if (i === saved) state = whole.state;
    await whole.act(act);
  }
  await whole.end();
  const first = new LoggedRun([write('killed')]);
  await first.begin();
  for (const act of acts.slice(0, killed)) await first.act(act);
  const second = new LoggedRun([write('killed')], saved === 0 ? {} : state);
  await second.begin();
  for (const act of acts.slice(saved)) await second.act(act);
  await second.end();
  return { whole: read('whole'), goneOn: read('killed') };
}
