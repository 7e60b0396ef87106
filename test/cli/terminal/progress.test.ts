import { PassThrough } from 'node:stream';
import { createProgress } from '../../../lib/cli/terminal/progress';
import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import { formatBarLine } from '../../../lib/cli/terminal/progress-bar';

const ESCAPE = String.fromCharCode(27);

/** A stream that remembers what was written to it and passes for a terminal or not. */
function fakeStream(terminal: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = Object.assign(new PassThrough(), { isTTY: terminal, columns: 100 });
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

/** A clock that moves only by hand. */
function fakeClock(): { now: () => number; advance: (ms: number) => void } {
  let time = 1_000_000;
  return { now: () => time, advance: (ms) => (time += ms) };
}

beforeEach(() => {
  delete process.env['FORCE_COLOR'];
  process.env['NO_COLOR'] = '1';
  process.env['TERM'] = 'xterm';
});

describe('without a terminal', () => {
  function lines(run: (progress: ProgressSink, advance: (ms: number) => void) => void, json = false): string[] {
    const { stream, text } = fakeStream(json);
    const { now, advance } = fakeClock();
    run(createProgress({ stream, now, json }), advance);
    return text().split('\n').slice(0, -1);
  }

  function epoch(progress: ProgressSink, advance: (ms: number) => void): void {
    progress.start({ label: 'Epoch 1/2', total: 108, unit: 'clips' });
    for (let done = 8; done <= 108; done += 4) {
      advance(1000);
      progress.update(done, { batch: done / 4, batches: 27, loss: 0.53214, accuracy: 0.75 });
    }
    progress.end('Epoch 1/2: loss 0.5321, accuracy 0.7500');
  }

  test('a line every five seconds and one at the end', () => {
    const written = lines(epoch);
    // The first interval has 8 clips done, then 4 a second.
    expect(written[0]).toMatch(
      /^Epoch 1\/2: 24\/108 clips, batch 6\/27, loss 0\.5321, accuracy 0\.7500, [4-7]\.\d\d clips\/s, 1\d s left$/,
    );
    expect(written).toHaveLength(6);
    expect(written.at(-1)).toBe('Epoch 1/2: loss 0.5321, accuracy 0.7500');
  });

  test('what goes on beside a task stands at the end of its lines, until it ends', () => {
    const written = lines((progress, advance) => {
      progress.beside('indexing 512 of 9,000 videos');
      progress.start({ label: 'Epoch 1/2', total: 10, unit: 'clips' });
      for (const text of ['indexing 8,000 of 9,000 videos', undefined]) {
        advance(6000);
        progress.update(text === undefined ? 8 : 4);
        progress.beside(text);
      }
      advance(6000);
      progress.update(9);
      progress.end('done');
    });
    expect(written[0]).toMatch(/ left, indexing 512 of 9,000 videos$/);
    expect(written[1]).toMatch(/ left, indexing 8,000 of 9,000 videos$/);
    expect(written[2]).toMatch(/^Epoch 1\/2: 9\/10 clips, .* left$/);
    expect(written[3]).toBe('done');
  });

  test('no escape sequences', () => {
    expect(lines(epoch).join('')).not.toContain(ESCAPE);
  });

  test('--json keeps to plain lines on a terminal too', () => {
    expect(lines(epoch, true)).toEqual(lines(epoch));
  });

  test('messages and warnings between', () => {
    const written = lines((progress) => {
      progress.line('Device: CPU');
      progress.warn('skipped broken.avi');
    });
    expect(written).toEqual(['Device: CPU', 'Warning: skipped broken.avi']);
  });

  test('bytes are shown in MiB', () => {
    const [line] = lines((progress, advance) => {
      progress.start({ label: 'UCF101', total: 10 << 20, unit: 'bytes' });
      advance(5000);
      progress.update(5 << 20);
      progress.end('done');
    });
    expect(line).toBe('UCF101: 5.0/10.0 MiB, 1.0 MiB/s, 5 s left');
  });

  test('updates without a task are ignored', () => {
    expect(lines((progress) => progress.update(3))).toEqual([]);
  });
});

test('quiet writes warnings only', () => {
  const { stream, text } = fakeStream(true);
  const progress = createProgress({ stream, quiet: true });
  progress.start({ label: 'Epoch', total: 2, unit: 'clips' });
  progress.update(1);
  progress.line('hello');
  progress.end('done');
  progress.warn('careful');
  expect(text()).toBe('Warning: careful\n');
});

describe('on a terminal', () => {
  test('draws a bar, clears it, restores the cursor and leaves the summary', () => {
    const { stream, text } = fakeStream(true);
    const { now, advance } = fakeClock();
    const progress = createProgress({ stream, now });
    const listeners = process.listenerCount('SIGINT');
    progress.start({ label: 'Epoch 1/2', total: 10, unit: 'clips' });
    expect(process.listenerCount('SIGINT')).toBe(listeners + 1);
    advance(1000);
    progress.update(5, { loss: 0.5 });
    progress.warn('skipped broken.avi');
    progress.end('Epoch 1/2 done');
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    expect(text()).toContain(`${ESCAPE}[?25l`);
    expect(text()).toMatch(/Epoch 1\/2 {2}█+░+ {2}5\/10 clips {2}loss 0\.5000 {2}5\.00 clips\/s {2}1 s left/);
    expect(text()).toContain('Warning: skipped broken.avi\n');
    expect(text().lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(text().lastIndexOf(`${ESCAPE}[?25l`));
    expect(text()).toMatch(/Epoch 1\/2 done\n$/);
  });

  test('a dumb terminal gets plain lines', () => {
    process.env['TERM'] = 'dumb';
    const { stream, text } = fakeStream(true);
    const progress = createProgress({ stream });
    progress.start({ label: 'Epoch', total: 2, unit: 'clips' });
    progress.end('done');
    expect(text()).toBe('done\n');
  });

  test('FORCE_COLOR colours, NO_COLOR does not', () => {
    const warning = (): string => {
      const { stream, text } = fakeStream(false);
      createProgress({ stream }).warn('careful');
      return text();
    };
    expect(warning()).not.toContain(ESCAPE);
    delete process.env['NO_COLOR'];
    expect(warning()).not.toContain(ESCAPE);
    process.env['FORCE_COLOR'] = '1';
    expect(warning()).toContain(`${ESCAPE}[33mWarning:`);
  });

  test.each([40, 60, 80, 120, 200])('the line fits into %i columns', (width) => {
    const state = {
      label: 'Epoch 1/2',
      done: 40,
      total: 108,
      unit: 'clips',
      fields: { batch: 5, batches: 14, loss: 0.5321, accuracy: '81.3 %' },
      perSecond: 35.12,
      secondsLeft: 185,
    };
    const line = formatBarLine(state, width, (text) => text);
    expect(line.length).toBeLessThan(width);
    expect(line).toContain('40/108 clips');
    if (width >= 120)
      expect(line).toMatch(/batch 5\/14 {2}loss 0\.5321 {2}accuracy 81\.3 % {2}35\.1 clips\/s {2}3:05 left$/);
  });
});
