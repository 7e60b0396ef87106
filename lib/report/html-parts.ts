import { element, escapeXml } from './svg/markup';

export function section(heading: string, ...content: readonly string[]): string {
  return element('section', {}, element('h2', {}, escapeXml(heading)), ...content);
}

export interface Column<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string;
  readonly style?: 'number' | 'path' | 'value';
  /** From 0 to 1: drawn as a bar behind the value. */
  readonly share?: (row: Row) => number;
}

function cell<Row>(row: Row, { value, style, share }: Column<Row>): string {
  const names = [style, share === undefined ? undefined : 'share'].filter((name) => name !== undefined).join(' ');
  const bar = share === undefined ? undefined : `--share: ${(share(row) * 100).toFixed(1)}%`;
  return element('td', { class: names === '' ? undefined : names, style: bar }, escapeXml(value(row)));
}

export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], footer = ''): string {
  const head = columns.map(({ heading, style }) =>
    element('th', { scope: 'col', class: style === 'number' ? style : undefined }, escapeXml(heading)),
  );
  const body = rows.map((row) => element('tr', {}, ...columns.map((column) => cell(row, column))));
  const markup = element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, body.join('\n')),
    footer,
  );
  return element('div', { class: 'scroll' }, markup);
}
