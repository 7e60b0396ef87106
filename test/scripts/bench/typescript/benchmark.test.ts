import { loadAddon } from '../../../../lib/native/addon';
import { timeBenchmark, type OpenBenchmark } from '../../../../scripts/bench/typescript/benchmark';

const tools = { addon: loadAddon(), folder: '/nowhere', session: {} };
const options = { minSeconds: 0.001, repetitions: 3 };

const benchmark = (opened: OpenBenchmark) => ({ name: 'Some', open: () => Promise.resolve(opened) });

it('times what is ready, as often as asked, and closes it', async () => {
  let [runs, closed] = [0, 0];
  const run = async (): Promise<void> => {
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const close = (): void => void (closed += 1);
  const opened = { run, close, rate: { count: 10, unit: 'files' }, label: 'drawn' };
  const result = await timeBenchmark(benchmark(opened), tools, options);
  expect(result).toMatchObject({ program: 'typescript', name: 'Some', label: 'drawn' });
  expect(runs).toBeGreaterThan(options.repetitions);
  expect(closed).toBe(1);
  expect(result.seconds).toBeGreaterThan(0.001);
  expect(result.spread![0]).toBeLessThanOrEqual(result.spread![1]);
  expect(result.rate!.unit).toBe('files');
  expect(result.rate!.value * result.seconds).toBeCloseTo(10, 6);
});

it('says why one fails, opening or running, in one line', async () => {
  const failing = { name: 'Some', open: () => Promise.reject(new Error('no video\nat all')) };
  await expect(timeBenchmark(failing, tools, options)).resolves.toMatchObject({ error: 'no video', seconds: 0 });
  let closed = false;
  const run = (): never => {
    throw new Error('broken');
  };
  const result = await timeBenchmark(benchmark({ run, close: () => void (closed = true) }), tools, options);
  expect(result).toMatchObject({ error: 'broken', seconds: 0 });
  expect(closed).toBe(true);
});

it('ends when it is aborted', async () => {
  const running = timeBenchmark(benchmark({ run: () => 1 }), tools, { ...options, signal: AbortSignal.abort() });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
});
