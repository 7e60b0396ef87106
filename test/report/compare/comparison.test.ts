import * as fc from 'fast-check';
import { UsageError } from '../../../lib/base/errors';
import { bestOf, compareRuns } from '../../../lib/report/compare/comparison';
import { resultRows } from '../../../lib/report/compare/texts';
import { runOf, THREE } from './runs';

const names = (sort?: string): string[] =>
  compareRuns(THREE, sort === undefined ? {} : { sort }).runs.map(({ name }) => name);

it('tells the final and the best of each metric, in validation where there is any', () => {
  const { runs, metrics } = compareRuns(THREE);
  expect(metrics).toEqual(['loss', 'accuracy', 'top_2_accuracy']);
  const [first, second] = runs;
  expect(first).toMatchObject({ epochs: 3, seconds: 30, final: { loss: 0.375, accuracy: 0.875 } });
  expect([bestOf(first!, 'loss'), bestOf(first!, 'accuracy')]).toEqual([
    { value: 1.25, epoch: 2, validated: true },
    { value: 0.625, epoch: 2, validated: true },
  ]);
  expect(second!.final).toEqual({});
  expect(bestOf(second!, 'loss')).toEqual({ value: 2, epoch: 1, validated: false });
  expect(bestOf(second!, 'top_2_accuracy')).toBeUndefined();
});

it('finds the best whatever the order of the epochs, the first of those that are as good', async () => {
  const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(NaN)), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(values, fc.constantFrom('loss', 'accuracy'), async (all, metric) => {
      const { runs } = compareRuns([
        runOf(
          'run',
          all.map((value) => ({ [metric]: value })),
        ),
      ]);
      const finite = all.filter(Number.isFinite);
      const value = metric === 'loss' ? Math.min(...finite) : Math.max(...finite);
      expect(bestOf(runs[0]!, metric)).toEqual(
        finite.length === 0 ? undefined : { value, epoch: all.indexOf(value) + 1, validated: false },
      );
      await Promise.resolve();
    }),
    { seed: 3 },
  );
});

it('names only the options in which runs differ', () => {
  expect(compareRuns(THREE).differences).toEqual([
    { option: 'seed', values: [1, 2, 1] },
    { option: 'optimizer.kind', values: ['adam', 'sgd', 'adam'] },
    { option: 'optimizer.nesterov', values: [undefined, true, undefined] },
  ]);
  expect(compareRuns([THREE[0]!, THREE[2]!]).differences).toEqual([]);
});

it.each<[string | undefined, string[]]>([
  [undefined, ['first', 'second', 'third']],
  ['name', ['first', 'second', 'third']],
  ['time', ['second', 'third', 'first']],
  ['epochs', ['second', 'third', 'first']],
  // By the final evaluation; of a run that has none by its best epoch.
  ['accuracy', ['first', 'second', 'third']],
  ['loss', ['first', 'third', 'second']],
  ['val_accuracy', ['third', 'first', 'second']],
  ['val_loss', ['third', 'first', 'second']],
])('sorts by %s', (sort, expected) => {
  expect(names(sort)).toEqual(expected);
});

it('tells of the metrics that are asked for, and refuses those that no run has', () => {
  const { head, rows } = resultRows(compareRuns(THREE, { metrics: ['val_accuracy'] }));
  expect(head).toEqual(['Run', 'Ended', 'Epochs', 'Time', 'Accuracy', 'Best accuracy']);
  expect(rows).toEqual([
    ['first', 'completed', '3', '30.0 s', '87.5 %', '62.5 % (epoch 2)'],
    ['second', 'running', '1', '10.0 s', '–', '50.0 % (epoch 1, training)'],
    ['third', '–', '1', '10.0 s', '50.0 %', '75.0 % (epoch 1)'],
  ]);
  const message = 'None of the runs has measured "recall": there is loss, accuracy, top_2_accuracy';
  for (const options of [{ metrics: ['recall'] }, { sort: 'recall' }]) {
    expect(() => compareRuns(THREE, options)).toThrow(UsageError);
    expect(() => compareRuns(THREE, options)).toThrow(message);
  }
});
