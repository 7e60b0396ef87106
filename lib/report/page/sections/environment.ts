import type { RunEnvironment } from '../../../metrics/history/history';
import { element, escapeXml } from '../../svg/markup';
import { section, type Section, table } from '../parts';

/** The machine, the software, and what of the run would come out the same again. */
export function environmentSection(environment: RunEnvironment | undefined): Section | undefined {
  if (environment === undefined) return undefined;
  const { versions, system, processor, gpus = [], device, threads, precision, determinism } = environment;
  const rows = [
    ...Object.entries(versions).map(([name, version]): [string, string] => [VERSION_NAMES[name] ?? name, version]),
    ['System', system],
    ['Processor', processor],
    ...gpus.map((gpu): [string, string] => ['GPU', gpu]),
    ['Device', device],
    ...(threads === undefined ? [] : [['Threads', threads] as [string, string]]),
    ['Precision', precision],
    ...(determinism === undefined ? [] : [['Seed', String(determinism.seed)] as [string, string]]),
  ] as const;
  const list = (heading: string, entries: readonly string[]): string =>
    entries.length === 0
      ? ''
      : element(
          'div',
          {},
          element('h3', {}, heading),
          element('ul', {}, ...entries.map((entry) => element('li', {}, escapeXml(entry)))),
        );
  return section(
    'Environment',
    table(
      rows,
      [
        { heading: 'What', value: ([name]) => name, style: 'name' },
        { heading: 'Value', value: ([, value]) => value },
      ],
      { caption: 'Machine and software of the run' },
    ),
    element(
      'div',
      { class: 'pair repeats' },
      list('The same in each run of this seed', determinism?.repeats ?? []),
      list('May differ', determinism?.varies ?? []),
    ),
  );
}

const VERSION_NAMES: Readonly<Record<string, string>> = {
  tensorflow: 'TensorFlow',
  opencv: 'OpenCV',
  ffmpeg: 'FFmpeg',
  node: 'Node.js',
};
