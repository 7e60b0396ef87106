import { compareRuns } from '../../../lib/report/compare/comparison';
import { comparePage } from '../../../lib/report/compare/page';
import { renderPng } from '../../../lib/report/png';
import { compareChart } from '../../../lib/report/svg/compare-chart';
import { runOf, THREE } from './runs';

const page = comparePage(compareRuns(THREE));
const count = (text: string, part: RegExp): number => [...text.matchAll(part)].length;

it('shows results, differences and curves, and loads nothing', () => {
  expect(page).toContain('<title>MoViNet: 3 runs compared</title>');
  expect([...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, heading]) => heading)).toEqual([
    'Results',
    'What differs in their configurations',
    'Curves',
  ]);
  expect(page).toContain('second: 1 of 3 epochs are done; the run goes on, or was ended from outside');
  expect(page).not.toMatch(/<script|<link|<img|\ssrc=|url\(|@import/);
  expect([...page.matchAll(/https?:[^"]*/g)].map(([address]) => address)).toEqual(['http://www.w3.org/2000/svg']);
});

it('is for a light and a dark ground', () => {
  expect(page).toMatch(/color-scheme:light.*\n.*prefers-color-scheme:dark.*color-scheme:dark/);
  expect(count(page, /prefers-color-scheme: ?dark/g)).toBeGreaterThanOrEqual(2);
});

it('draws a plot for each metric of the epochs, with a curve for each part of each run that has it', () => {
  const svg = compareChart(compareRuns(THREE));
  expect([...svg.matchAll(/font-weight="700"[^>]*>([^<]*)</g)].map(([, heading]) => heading)).toEqual([
    'Runs compared',
    'Loss',
    'Accuracy',
  ]);
  // Of training and validation: loss 2, 1 and 2; accuracy 2, 1 and 1.
  expect(count(svg, /<path d="M[^"]*"[^>]*fill="none"/g)).toBe(9);
  expect(svg).toContain('<title>first, validation, epoch 2: 1.250</title>');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

it('escapes names and values', () => {
  const evil = runOf('<b>&"', [{ '<i>': 1 }], { config: { x: '<script>' } });
  const both = comparePage(compareRuns([evil, runOf('other', [{ loss: 1 }], { config: { x: 'y' } })]));
  expect(both).not.toMatch(/<b>|<i>|<script/);
  expect(both).toContain('&lt;script&gt;');
});

it.each([
  ['no run with an epoch', [runOf('none', [])]],
  ['one epoch', [runOf('one', [{ loss: 1 }])]],
  ['numbers that cannot be drawn', [runOf('large', [{ loss: 1e308 }, { loss: NaN }, { loss: -1e308 }])]],
  ['constant numbers', [runOf('same', [{ loss: 0 }, { loss: 0 }])]],
  ['more runs than colours', Array.from({ length: 40 }, (_, i) => runOf(`run-${i}`, [{ loss: i }, { loss: i / 2 }]))],
])('is drawn of %s', async (_, runs) => {
  const svg = compareChart(compareRuns(runs));
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect((await renderPng(svg, 400, { exact: true })).length).toBeGreaterThan(1000);
});

it('tells runs that share a colour apart by their dashes', () => {
  const runs = Array.from({ length: 20 }, (_, i) => runOf(`run-${i}`, [{ val_loss: 1 }]));
  const svg = compareChart(compareRuns(runs));
  const looks = [...svg.matchAll(/stroke="(#\w+)" stroke-width="2.25" stroke-dasharray="([^"]+)"\/><text/g)];
  expect(looks).toHaveLength(20);
  expect(new Set(looks.map(([, colour, dashes]) => `${colour} ${dashes}`)).size).toBe(20);
});
