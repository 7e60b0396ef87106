import type { EpochRecord, EpochTiming, History } from '../../../metrics/history/history';
import { limitOf } from '../../../metrics/history/training-limit';
import { formatDuration, percent } from '../../../metrics/shown';
import { COLOURS } from '../../svg/colours';
import { type TimeBar, timeChart } from '../../svg/time-chart';
import { chart, figure, folded, legend, muted, section, type Section, table } from '../parts';

/** Bars of a longer run stand for several epochs each. */
const MOST_BARS = 60;

type Part = keyof EpochTiming | 'other';

const PARTS: readonly { readonly key: Part; readonly name: string; readonly colour: string }[] = [
  { key: 'compute', name: 'Computing', colour: COLOURS.train },
  { key: 'copy', name: 'Copying', colour: COLOURS.copying },
  { key: 'decode', name: 'Decoding', colour: COLOURS.decoding },
  { key: 'validation', name: 'Validation', colour: COLOURS.validating },
  { key: 'other', name: 'Other', colour: COLOURS.other },
];

type Times = Readonly<Record<Part, number>>;

/** Where the time of the epochs went, and which part of it is the limit. */
export function timeSection({ epochs }: History): Section | undefined {
  const timed = epochs.filter((record): record is Timed => record.timing !== undefined);
  if (timed.length === 0) return undefined;
  const perBar = Math.ceil(timed.length / MOST_BARS);
  const bars = Array.from({ length: Math.ceil(timed.length / perBar) }, (_, i) =>
    timed.slice(i * perBar, (i + 1) * perBar),
  );
  const several = perBar > 1 ? ` Each bar stands for ${perBar} epochs.` : '';
  const drawing = chart(timeChart(bars.map(barOf)).svg, { label: 'Time of each epoch', look: ['broad'] });
  const rows = bars.map((some) => ({ name: nameOf(some), times: timesOf(some) }));
  const numbers = table(
    rows,
    [
      { heading: 'Epoch', value: ({ name }) => name, style: 'name' },
      ...PARTS.map(({ key, name }) => ({
        heading: name,
        value: ({ times }: (typeof rows)[number]) => formatDuration(times[key]),
        style: 'number' as const,
      })),
    ],
    { caption: 'Time of each epoch by what it went into' },
  );
  return section(
    'Time',
    muted(limitSentence(timesOf(timed)) + several),
    figure('Time of each epoch', legend(PARTS), drawing, folded('Values', numbers)),
  );
}

type Timed = EpochRecord & { readonly timing: EpochTiming };

function timesOf(records: readonly Timed[]): Times {
  const sum = (of: (record: Timed) => number): number => records.reduce((total, record) => total + of(record), 0);
  const known = {
    ...{ decode: sum(({ timing }) => timing.decode), copy: sum(({ timing }) => timing.copy) },
    ...{ compute: sum(({ timing }) => timing.compute), validation: sum(({ timing }) => timing.validation) },
  };
  const parts = known.decode + known.copy + known.compute + known.validation;
  return { ...known, other: Math.max(0, sum(({ seconds }) => seconds) - parts) };
}

const nameOf = (records: readonly Timed[]): string => {
  const [first, last] = [records[0]?.epoch, records.at(-1)?.epoch];
  return first === last ? `Epoch ${first}` : `Epochs ${first} to ${last}`;
};

function barOf(records: readonly Timed[]): TimeBar {
  const times = timesOf(records);
  const parts = PARTS.map(({ key, name, colour }) => ({ name, colour, seconds: times[key] }));
  const whole = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const lines = parts
    .filter(({ seconds }) => seconds > 0)
    .map(({ name, seconds }) => `${name} ${formatDuration(seconds)} (${percent(seconds / whole)})`);
  const title = [`${nameOf(records)}: ${formatDuration(whole)}`, ...lines].join('\n');
  return { epoch: records[0]?.epoch ?? 0, title, parts };
}

/** Validation has its own decoding and computing: what is said is of the training steps. */
function limitSentence(times: Times): string {
  const limit = limitOf([times]);
  if (limit === undefined) return 'No time was measured.';
  const waited = `Of the time of training steps ${percent(limit.waiting)} waited for clips`;
  switch (limit.by) {
    case 'decoding':
      return `Decoding is the limit. ${waited}: more threads that decode, smaller videos or a faster disk would help.`;
    case 'computing':
      return `Computing is the limit. ${waited}: a smaller model, fewer frames or another device would help, faster decoding would not.`;
    case 'balanced':
      return `Decoding and computing are balanced. ${waited}: neither would be worth much alone.`;
  }
}
