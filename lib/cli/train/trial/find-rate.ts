import { learningRateChart } from '../../../report/svg/learning-rate-chart';
import { RunFolder } from '../../../report/run-folder';
import { findLearningRate, type LearningRateRange } from '../../../training/tuning/find-learning-rate';
import { createOutput } from '../../program/results';
import { type Found, prepare, type RunContext } from '../prepare';

/** Rows of the table that is printed; the files have all steps. */
const ROWS = 12;

/** Trains at rising rates, tells which suits, and writes `learning-rate.svg` and `.json` into the folder that was named; what was learned is forgotten. */
export async function findRate(context: RunContext, found: Found): Promise<void> {
  const { options, progress, signal } = context;
  const { trainer, sources } = await prepare(context, found);
  const folder = options.out === undefined ? undefined : await RunFolder.open(options.out);
  let shown = false as boolean;
  const range = await findLearningRate(trainer, sources.train, {
    signal,
    onStep(done, steps) {
      if (!shown) progress.start({ label: 'Learning rates', total: steps, unit: 'steps' });
      shown = true;
      progress.update(done);
    },
  });
  progress.end(`Learning rates: ${range.rates.length} steps${range.diverged ? ', until the loss rose' : ''}`);
  await folder?.writeAtomically('learning-rate.json', `${JSON.stringify({ format: 1, ...range }, null, 2)}\n`);
  await folder?.writeAtomically('learning-rate.svg', learningRateChart(range).svg);
  const written = folder === undefined ? {} : { out: folder.path };
  createOutput({ json: options.json }).result({ ...range, ...written }, textOf(range, folder?.path));
}

function textOf({ rates, losses, smoothedLosses, suggestion }: LearningRateRange, folder: string | undefined): string {
  const every = Math.max(1, Math.ceil(rates.length / ROWS));
  const rows = rates
    .map((rate, step) => [rate.toExponential(1), fixed(losses[step]), fixed(smoothedLosses[step])])
    .filter((_, step) => step % every === 0);
  const table = [['rate', 'loss', 'smoothed'], ...rows].map((cells) => cells.map((cell) => cell.padStart(10)).join(''));
  return [
    ...table,
    adviceOf(suggestion),
    ...(folder === undefined ? [] : [`Drawn in ${folder}/learning-rate.svg`]),
  ].join('\n');
}

/** The lower of the two rates that people take from such a curve. */
function adviceOf(suggestion: LearningRateRange['suggestion']): string {
  if (suggestion === undefined)
    return 'The loss never falls clearly: no rate to suggest. More clips in a step (--batch-size) make it smoother';
  const steepest = { rate: suggestion.steepest, why: 'where the loss falls fastest' };
  const tenth = { rate: suggestion.minimum, why: 'a tenth of that where the loss is lowest' };
  const [low, high] = steepest.rate < tenth.rate ? [steepest, tenth] : [tenth, steepest];
  return `Suggested: --learning-rate ${low.rate.toPrecision(2)}, ${low.why}; ${high.rate.toPrecision(2)} is ${high.why}`;
}

const fixed = (value = NaN): string => value.toFixed(4);
