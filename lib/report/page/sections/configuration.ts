import type { Json } from '../../../base/described';
import {
  type Details,
  readAveragePrecision,
  readConfusion,
  readPerClass,
  readReliability,
} from '../../../metrics/details';
import type { History } from '../../../metrics/history/history';
import { element, escapeXml } from '../../svg/markup';
import { folded, muted, section, type Section, table } from '../parts';

/** Longer values are in the history, and so are more details and files than these in their folder. */
const MAX_DETAIL = 2000;
const MAX_ROWS = 200;

/** What metrics of the evaluation tell beside their number. */
export function detailsSection({ evaluate }: History): Section | undefined {
  const entries = Object.entries(evaluate?.details ?? {}).filter(([, told]) => !hasOwnSection({ told }));
  if (entries.length === 0) return undefined;
  return section('Details of the evaluation', valueTable(entries, 'Metric', 'Details of the evaluation by metric'));
}

const READERS = [readPerClass, readConfusion, readReliability, readAveragePrecision];

/** Whether it is drawn of every evaluation, whatever metrics it was asked for. */
const hasOwnSection = (details: Details): boolean => READERS.some((read) => read(details) !== undefined);

/** The options, those that are not the defaults first where it is known which these are. */
export function configurationSection({ config }: History, changed: readonly string[] | undefined): Section | undefined {
  const entries = Object.entries(config);
  if (entries.length === 0) return undefined;
  const caption = 'Options of the run';
  if (changed === undefined) return section('Configuration', valueTable(entries, 'Option', caption));
  const others = entries.filter(([name]) => !changed.includes(name));
  const own = entries.filter(([name]) => changed.includes(name));
  return section(
    'Configuration',
    own.length === 0
      ? muted('Every option has its default.')
      : valueTable(own, 'Option', `${caption} that are not the defaults`),
    others.length === 0
      ? ''
      : folded(`${others.length} more, by their defaults or by the data`, valueTable(others, 'Option', caption)),
  );
}

/** @param files names beside the page, relative to it. */
export function filesSection(files: readonly string[]): Section | undefined {
  if (files.length === 0) return undefined;
  const shown = files.slice(0, MAX_ROWS);
  const entries = shown.map((file) => element('li', {}, element('a', { href: hrefOf(file) }, escapeXml(file))));
  const more = shown.length < files.length ? muted(`${files.length - shown.length} more are in the folder.`) : '';
  return section('Files', element('ul', { class: 'files' }, ...entries), more);
}

/** A name with a colon is no address, one with a question mark has no query. */
const hrefOf = (file: string): string => file.split('/').map(encodeURIComponent).join('/');

/** Texts as they are. */
function valueTable(entries: readonly (readonly [string, Json])[], names: string, caption: string): string {
  const textOf = (value: Json): string => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}… (the rest is in history.json)` : text;
  };
  const rows = entries.slice(0, MAX_ROWS);
  const more = entries.length - rows.length;
  return (
    table(
      rows,
      [
        { heading: names, value: ([name]) => name, style: 'name' },
        { heading: 'Value', value: ([, value]) => textOf(value), style: 'value' },
      ],
      { caption },
    ) + (more > 0 ? muted(`${more} more are in history.json.`) : '')
  );
}
