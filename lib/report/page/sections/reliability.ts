import { calibrationError } from '../../../metrics/kinds/calibration';
import { percent } from '../../../metrics/shown';
import type { ReliabilityBin } from '../../../metrics/details';
import { COLOURS } from '../../svg/colours';
import { element } from '../../svg/markup';
import { reliabilityChart } from '../../svg/reliability-chart';
import { chart, figure, legend, muted, section, type Section, table } from '../parts';

const LEGEND = [
  { name: 'Accuracy', colour: COLOURS.train },
  { name: 'Distance from the probability', colour: COLOURS.validation },
  { name: 'Clips', colour: COLOURS.other },
];

/** Whether probabilities mean what they say. */
export function reliabilitySection(bins: readonly ReliabilityBin[]): Section | undefined {
  if (!bins.some(({ count }) => count > 0)) return undefined;
  const note =
    `How often predictions of each probability are right. Those of a calibrated model lie on the dashed diagonal, those of one ` +
    `that is too sure below it. The expected calibration error, the mean distance over the clips, is ${percent(calibrationError(bins))}.`;
  const drawing = figure(
    'Reliability diagram',
    legend(LEGEND),
    chart(reliabilityChart(bins).svg, { label: 'Reliability diagram' }),
  );
  return section('Reliability', muted(note), element('div', { class: 'pair' }, drawing, binTable(bins)));
}

function binTable(bins: readonly ReliabilityBin[]): string {
  return table(
    bins.filter(({ count }) => count > 0),
    [
      { heading: 'Probability', value: ({ from, to }) => `${percent(from)} – ${percent(to)}`, style: 'name' },
      { heading: 'Clips', value: ({ count }) => String(count), style: 'number' },
      { heading: 'Mean', value: ({ confidence }) => percent(confidence), style: 'number' },
      {
        heading: 'Accuracy',
        value: ({ accuracy }) => percent(accuracy),
        style: 'number',
        share: ({ accuracy }) => accuracy,
      },
    ],
    { caption: 'Accuracy by the probability of the prediction' },
  );
}
