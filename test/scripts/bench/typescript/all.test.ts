import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAddon } from '../../../../lib/native/addon';
import { parseClipInput } from '../../../../scripts/bench/model/cases';
import { headEpochBenchmarks } from '../../../../scripts/bench/typescript/head-epoch';
import { listBenchmarks } from '../../../../scripts/bench/typescript/lists';
import { measureBenchmarks } from '../../../../scripts/bench/typescript/measures';
import { predictFilesBenchmarks } from '../../../../scripts/bench/typescript/predict-files';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-bench-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const all = [
  ...listBenchmarks,
  ...measureBenchmarks,
  ...headEpochBenchmarks(['a0-stream-relu6'], parseClipInput('32x2x8')),
  ...predictFilesBenchmarks(['a0-stream-relu6'], parseClipInput('32x2x8')),
];

it.each(all)(
  'opens, runs twice and closes $name',
  async ({ open, name }) => {
    const own = join(folder, name.replaceAll('/', '-'));
    mkdirSync(own);
    const opened = await open({ addon: loadAddon(), folder: own, session: { cpuOnly: true } });
    try {
      await opened.run();
      await opened.run();
      expect(opened.rate!.count).toBeGreaterThan(0);
    } finally {
      opened.close?.();
    }
  },
  60_000,
);

it('gives each a name of its own', () => {
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
