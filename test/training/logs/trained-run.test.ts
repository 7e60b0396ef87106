import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Callback } from '../../../lib/training/callback';
import type { CallbackChoice } from '../../../lib/training/callbacks/chosen-callbacks';
import { csvLog } from '../../../lib/training/logs/csv-log';
import { jsonLinesLog } from '../../../lib/training/logs/json-lines-log';
import { tensorBoard } from '../../../lib/training/logs/tensor-board';
import type { Snapshot } from '../../../lib/training/run-state';
import { Trainer } from '../../../lib/training/trainer';
import { suiteFolder } from '../../support/suite-folder';
import { mountTinyDisk } from '../../support/tiny-disk';
import { BrightnessSource, tinyModel } from '../support/brightness';
import { readEvents } from '../support/read-events';
import { comparable } from '../support/snapshots';

const { path: folder } = suiteFolder();
const model = tinyModel();

const logsIn = (place: string): CallbackChoice[] => [
  csvLog({ file: join(place, 'log.csv') }),
  jsonLinesLog({ file: join(place, 'log.jsonl'), everySteps: 1 }),
  tensorBoard({ folder: join(place, 'tensorboard'), everySteps: 1 }),
];

/** Trains; the snapshot at the end. */
async function train(callbacks: CallbackChoice[], { from, epochs = 2 }: { from?: Snapshot; epochs?: number } = {}) {
  const warnings: string[] = [];
  using trainer = new Trainer({ model, callbacks, onWarning: (text) => warnings.push(text) });
  if (from) await trainer.restore(from);
  const source = new BrightnessSource();
  await trainer.fit(source, { untilEpoch: epochs, validation: new BrightnessSource() });
  return { snapshot: await trainer.snapshot(), warnings };
}

/** But for the time that epochs took. */
function logged(place: string): unknown {
  const steps = readFileSync(join(place, 'log.jsonl'), 'utf8').trimEnd().split('\n');
  const lines = steps.map((line) => ({ ...(JSON.parse(line) as object), seconds: 0, timing: 0 }));
  const rows = readFileSync(join(place, 'log.csv'), 'utf8').split('\n');
  const { runs } = readEvents(place, 'tensorboard');
  const untimed = Object.entries(runs).map(([name, run]) => {
    const scalars = Object.entries(run.scalars).filter(([tag]) => !tag.endsWith('_seconds'));
    return [name, { ...run, scalars: Object.fromEntries(scalars) }] as const;
  });
  return {
    lines,
    runs: untimed,
    rows: rows.map((row) => row.split(',').filter((_, i) => ![2, 8, 9, 10, 11].includes(i))),
  };
}

it('logs a run of a trainer, on from where it was killed as if it had not been, and changes nothing of what is learned', async () => {
  const { snapshot: bare } = await train([]);
  const whole = await train(logsIn(join(folder, 'whole')));
  expect(whole.warnings).toEqual([]);
  let from: Snapshot | undefined;
  const keep: Callback = {
    name: 'keep',
    async onEpochEnd(_, run) {
      from ??= await run.snapshot();
    },
  };
  // Killed in an epoch that no snapshot is of.
  await train([...logsIn(join(folder, 'killed')), keep], { epochs: 3 });
  const goneOn = await train(logsIn(join(folder, 'killed')), { from: from!, epochs: 2 });
  expect(logged(join(folder, 'killed'))).toEqual(logged(join(folder, 'whole')));
  expect(comparable(goneOn.snapshot)).toEqual(comparable(bare));
});

it.each<[string, (place: string) => CallbackChoice, RegExp]>([
  [
    'a folder where a table is to be',
    (place) => csvLog({ file: place }),
    /is to be a file, and there is a folder of that name/,
  ],
  [
    'a folder where lines are to be',
    (file) => jsonLinesLog({ file }),
    /is to be a file, and there is a folder of that name/,
  ],
  [
    'a file where a folder is to be',
    (place) => tensorBoard({ folder: join(place, 'file') }),
    /is to be a folder, and there is a file of that name/,
  ],
  ['a file above', (place) => csvLog({ file: join(place, 'file', 'x.csv') }), /a file is in the place of/],
  ['a file above a folder', (place) => tensorBoard({ folder: join(place, 'file', 'x') }), /a file is in the place of/],
  ['a place that cannot be', () => jsonLinesLog({ file: '/proc/x.jsonl' }), /^Cannot write "\/proc\/x\.jsonl": /],
])('refuses %s before a clip is decoded', async (_, choice, message) => {
  mkdirSync(join(folder, 'bad'), { recursive: true });
  writeFileSync(join(folder, 'bad', 'file'), 'text');
  using trainer = new Trainer({ model, callbacks: [choice(join(folder, 'bad'))] });
  const source = new BrightnessSource();
  const fitting = trainer.fit(source, { epochs: 1 });
  await expect(fitting).rejects.toThrow(message);
  await expect(fitting).rejects.toThrow(/^[^\n]*$/);
  expect(source.passes).toEqual([]);
});

it('leaves the logs of an earlier run as they are where another callback refuses the run', async () => {
  const place = join(folder, 'refused');
  mkdirSync(place);
  writeFileSync(join(place, 'log.csv'), 'epoch,step,seconds,learning_rate,loss\n1,3,2,,0.5\n');
  const refusing: Callback = { name: 'refusing', critical: true, onTrainBegin: () => Promise.reject(new Error('no')) };
  await expect(train([...logsIn(place), refusing])).rejects.toThrow('no');
  expect(readFileSync(join(place, 'log.csv'), 'utf8')).toContain('1,3,2,,0.5');
  expect(readdirSync(join(place, 'tensorboard'))).toEqual([]);
});

const disk = mountTinyDisk('size=64k');
afterAll(() => disk?.unmount());

(disk === undefined ? it.skip : it)('warns once of a disk that is full, and trains on', async () => {
  const { path } = disk!;
  const fill: Callback = {
    name: 'fill',
    onEpochBegin: () => {
      try {
        writeFileSync(join(path, 'full'), Buffer.alloc(2 ** 17));
      } catch {
        // As much of it as there was room for.
      }
    },
  };
  const { snapshot, warnings } = await train([fill, ...logsIn(path)]);
  expect(snapshot.state.epoch).toBe(2);
  expect(warnings.map((text) => text.replace(/\(.*?\)/, ''))).toEqual(
    ['csvLog', 'jsonLinesLog', 'tensorBoard'].map(
      (name) =>
        expect.stringMatching(
          new RegExp(`^The callback "${name}" failed in .* is left out .*the disk is full`),
        ) as unknown,
    ),
  );
});
