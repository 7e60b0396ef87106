import { formatRate, formatTime } from '../table';
import { median } from './alternate';
import type { PeerResult, PeersReport, WorkResult } from './results';

const HEAD = ['work', 'peer', 'its time to ours', 'ours', 'peer', 'ours', 'peer'] as const;

/** `1.52 [1.47–1.60]` */
function ratioText({ median, min, max }: { median: number; min: number; max: number }): string {
  return `${median.toFixed(2)} [${min.toFixed(2)}–${max.toFixed(2)}]`;
}

/** The cells after the work's and the peer's; undefined for what was not timed. */
function figures(result: PeerResult, { items, milliseconds }: WorkResult): string[] | undefined {
  if (result.status !== 'compared') return undefined;
  const times = [median(milliseconds), median(result.milliseconds)].map((time) => time / 1000);
  const rates = times.map((seconds) => formatRate({ value: items.count / seconds, unit: items.unit }));
  return [ratioText(result.ratio), ...times.map(formatTime), ...rates];
}

/** Why there are no figures. */
function reasonText(result: PeerResult): string {
  if (result.status === 'failed') return result.reason;
  return result.status === 'differs'
    ? `not compared: its numbers differ from ours by ${result.error.toPrecision(2)}`
    : '';
}

/** A line for each work and peer, for a terminal; what was not compared says why. */
export function formatPeers({ works }: Pick<PeersReport, 'works'>): string {
  const rows = works.flatMap((work) =>
    work.peers.map((result) => ({ names: [work.work.name, result.title], cells: figures(result, work), result })),
  );
  const lines = [[...HEAD], ...rows.map(({ names, cells }) => [...names, ...(cells ?? [])])];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [
    pad(HEAD),
    ...rows.map(({ names, cells, result }) =>
      cells === undefined ? `${pad(names)}  ${reasonText(result)}` : pad([...names, ...cells]),
    ),
  ].join('\n');
}

/** The same as a table of Markdown: what was compared, and below it the machine and the programs' versions. */
export function peersMarkdown(report: PeersReport, machine: string): string {
  const rows = report.works.flatMap((work) =>
    work.peers.flatMap((result) => {
      const cells = figures(result, work);
      return cells === undefined ? [] : [`| \`${work.work.name}\` | ${result.title} | ${cells.join(' | ')} |`];
    }),
  );
  const versions = new Map(
    report.works.flatMap(({ peers }) =>
      peers.flatMap((result) => (result.status === 'compared' ? Object.entries(result.versions) : [])),
    ),
  );
  const threads = [...new Set(report.works.map((work) => work.threads))].sort((a, b) => a - b);
  const day = report.date.slice(0, 10);
  return [
    `| ${HEAD.join(' | ')} |`,
    '|---|---|--:|--:|--:|--:|--:|',
    ...rows,
    '',
    `Median and extremes of ${report.rounds} rounds in turns, ${threads.join(' and ')} threads, ${day}: ${machine};`,
    `${[...versions].map(([name, version]) => `${name} ${version}`).join(', ')}.`,
  ].join('\n');
}
