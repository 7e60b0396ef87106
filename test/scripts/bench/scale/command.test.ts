import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { UsageError } from '../../../../lib/base/errors';
import { loadAddon } from '../../../../lib/native/addon';
import { ALL_SERIES } from '../../../../scripts/bench/scale/all-series';
import { parseScaleOptions } from '../../../../scripts/bench/scale/command';

it('takes series by their names', () => {
  expect(parseScaleOptions(['--series', 'batch', '--series', 'files', '--quick', '--check'])).toEqual({
    series: ['batch', 'files'],
    ...{ quick: true, check: true, json: false, verbose: false },
  });
});

it.each([
  ['an unknown series', ['--series', 'colour'], UsageError, /colour|--series/],
  ['an unknown option', ['--fast'], CommanderError, /--fast/],
])('refuses %s', (_, argv, type, message) => {
  expect(() => parseScaleOptions(argv)).toThrow(type);
  expect(() => parseScaleOptions(argv)).toThrow(message);
});

it('has series of points that rise, three at least, quick ones among them no larger than the others', () => {
  for (const { points, quickPoints } of ALL_SERIES) {
    for (const some of [points, quickPoints]) {
      expect(some.length).toBeGreaterThanOrEqual(3);
      expect(some.toSorted((a, b) => a - b)).toEqual(some);
    }
    expect(quickPoints.at(-1)).toBeLessThanOrEqual(points.at(-1) as number);
  }
  expect(new Set(ALL_SERIES.map(({ name }) => name)).size).toBe(ALL_SERIES.length);
});

it.each(['files', 'video-length'])('%s: a small point has all measures but memory', async (name) => {
  const series = ALL_SERIES.find((one) => one.name === name)!;
  const folder = mkdtempSync(join(tmpdir(), 'scale-'));
  try {
    const tools = { addon: loadAddon(), folder };
    await series.prepare?.(40, tools);
    const values = await series.work(40, tools);
    const names = Object.keys(series.measures).filter((measure) => measure !== 'memory');
    expect(Object.keys(values).sort()).toEqual(names.sort());
    for (const value of Object.values(values)) expect(value).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
