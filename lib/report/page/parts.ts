import { element, escapeXml } from '../svg/markup';

/** A part of the page that its list of contents names. */
export interface Section {
  readonly heading: string;
  readonly body: string;
}

/** Undefined where there is nothing to show. */
export function section(heading: string, ...content: readonly string[]): Section {
  return { heading, body: content.filter((part) => part !== '').join('\n') };
}

/** `most-frequent-confusions`. */
export const anchorOf = ({ heading }: Section): string => heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

export function renderSection(one: Section): string {
  const id = anchorOf(one);
  const heading = element('h2', { id }, escapeXml(one.heading));
  return element('section', { 'aria-labelledby': id }, heading, one.body);
}

export const muted = (text: string): string => element('p', { class: 'muted' }, escapeXml(text));

export interface Column<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string;
  /** `name`: what the row is about. */
  readonly style?: 'name' | 'number' | 'path' | 'value';
  /** From 0 to 1: drawn as a bar behind the value. */
  readonly share?: (row: Row) => number;
  /** What a column of numbers is sorted by. Default: the value as it is written. */
  readonly number?: (row: Row) => number;
}

export interface TableOptions {
  /** What it shows, for who does not see what stands around it. */
  readonly caption: string;
  /** HTML: rows of a `tfoot`. */
  readonly footer?: string;
  /** Whether a click on a heading sorts it. Default false. */
  readonly sorts?: boolean;
}

function cell<Row>(row: Row, { value, style, share, number }: Column<Row>): string {
  if (style === 'name') return element('th', { scope: 'row' }, escapeXml(value(row)));
  const names = [style, share === undefined ? undefined : 'share'].filter((name) => name !== undefined).join(' ');
  const bar = share === undefined ? undefined : `--share: ${(share(row) * 100).toFixed(1)}%`;
  const attributes = {
    class: names === '' ? undefined : names,
    style: bar,
    'data-value': number?.(row).toPrecision(8),
  };
  return element('td', attributes, escapeXml(value(row)));
}

/** A table that scrolls by itself where it is too wide. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { caption, footer = '', sorts = false }: TableOptions,
): string {
  const head = columns.map(({ heading, style }) =>
    element('th', { scope: 'col', class: style === 'number' ? style : undefined }, escapeXml(heading)),
  );
  const body = rows.map((row) => element('tr', {}, ...columns.map((column) => cell(row, column))));
  const markup = element(
    'table',
    { 'data-sorts': sorts ? '' : undefined },
    element('caption', {}, element('span', { class: 'unseen' }, escapeXml(caption))),
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, body.join('\n')),
    footer,
  );
  return element('div', { class: 'scroll', role: 'group', 'aria-label': caption }, markup);
}

/** What only those need who look for it. */
export function folded(summary: string, content: string): string {
  return element('details', {}, element('summary', {}, escapeXml(summary)), content);
}

export interface ChartOptions {
  /** What is read where it is chosen by keyboard. */
  readonly label: string;
  /** `curve`: as wide as its place; `broad`, `wide`: not shrunk to a phone, not shrunk at all; `heat`: its colours are the heat map's. */
  readonly look?: readonly ('curve' | 'broad' | 'wide' | 'heat')[];
}

/** A drawing whose marks tell their values to pointer and keyboard. */
export function chart(svg: string, { label, look = [] }: ChartOptions): string {
  return element('div', { class: ['chart', ...look].join(' '), role: 'group', 'aria-label': label }, svg);
}

/** `colour`: one of the charts'. */
export function legend(entries: readonly { readonly name: string; readonly colour: string }[]): string {
  const marks = entries.map(({ name, colour }) => {
    const dot = element('rect', { width: 12, height: 12, rx: 3, fill: colour });
    const box = { viewBox: '0 0 12 12', 'aria-hidden': 'true' };
    return element('span', {}, element('svg', box, dot), escapeXml(name));
  });
  return element('div', { class: 'legend' }, ...marks);
}

/** A figure with its name, its legend and the numbers behind it. */
export function figure(name: string, marks: string, drawing: string, numbers = ''): string {
  return element('figure', {}, element('figcaption', {}, element('h3', {}, escapeXml(name)), marks), drawing, numbers);
}
