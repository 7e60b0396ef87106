import { z } from 'zod';
import { UsageError } from '../../../lib/base/errors';
import { chosenCallbacks } from '../../../lib/training/callbacks/chosen-callbacks';
import { callbacks, defineCallback } from '../../../lib/training/callbacks/registry';
import { earlyStopping } from '../../../lib/training/callbacks/early-stopping';

const note = defineCallback('note', z.object({ name: z.string().default('note') }), ({ name }) => ({ name }));

it('has the built-in kinds and those that were added', () => {
  const logs = ['csvLog', 'jsonLinesLog', 'tensorBoard'];
  expect(callbacks.names()).toEqual(['checkpoints', 'earlyStopping', 'reduceOnPlateau', ...logs, 'note']);
});

it('builds callbacks from names, descriptions, files and ready ones, in their order', () => {
  const own = { name: 'own' };
  const file: unknown = JSON.parse(JSON.stringify(note({ name: 'b' })));
  const chosen = chosenCallbacks(['earlyStopping', note(), file as ReturnType<typeof note>, own]);
  expect(chosen.map(({ name }) => name)).toEqual(['earlyStopping(val_loss)', 'note', 'b', 'own']);
  expect(chosen[3]).toBe(own);
});

it('builds a callback for each run anew', () => {
  const choice = earlyStopping();
  expect(chosenCallbacks([choice])[0]).not.toBe(chosenCallbacks([choice])[0]);
});

it('refuses two of one name, and unknown kinds', () => {
  expect(() => chosenCallbacks([note(), note()])).toThrow(
    new UsageError('Two callbacks are named "note"; their states need names of their own'),
  );
  expect(() => chosenCallbacks(['never'])).toThrow(UsageError);
  expect(() => chosenCallbacks([earlyStopping(), earlyStopping({ monitor: 'loss' })])).not.toThrow();
});
