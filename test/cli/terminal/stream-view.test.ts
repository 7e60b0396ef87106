import { PassThrough } from 'node:stream';
import type { StreamStatus } from '../../../lib/cli/terminal/stream-text';
import { createStreamView, type StreamView } from '../../../lib/cli/terminal/stream-view';

const ESCAPE = String.fromCharCode(27);

interface Shown {
  readonly text: string;
  readonly told: readonly string[];
}

function show(
  options: { terminal?: boolean; json?: boolean; quiet?: boolean },
  run: (view: StreamView, advance: (ms: number) => void) => void,
): Shown {
  let text = '';
  const told: string[] = [];
  let time = 1_000_000;
  const stream = Object.assign(new PassThrough(), { isTTY: options.terminal === true, columns: 80 });
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const view = createStreamView({
    title: 'video.mp4',
    stream: stream as unknown as NodeJS.WriteStream,
    tell: (line) => told.push(line),
    ...{ json: options.json ?? false, quiet: options.quiet ?? false, now: () => time },
  });
  run(view, (ms) => (time += ms));
  return { text, told };
}

const status = (lastFrame: number, label = 'a', index = 0): StreamStatus => ({
  ...{ lastFrame, seconds: undefined, framesPerSecond: 10, latency: { p50: 1, p95: 2 }, droppedFrames: 0 },
  predictions: [{ label, index, probability: 0.5 }],
});

beforeEach(() => {
  delete process.env['FORCE_COLOR'];
  process.env['NO_COLOR'] = '1';
  process.env['TERM'] = 'xterm';
});

describe('without a terminal', () => {
  it('writes a line when the class changes and every second, and the result at the end', () => {
    const { text, told } = show({}, (view, advance) => {
      view.update(status(0));
      view.update(status(1));
      view.update(status(2, 'b', 1));
      advance(1001);
      view.update(status(3, 'b', 1));
      view.line('a message');
      view.end(status(4, 'b', 1), 'The video ended after frame 4');
    });
    expect(text.match(/^frame \d/gm)).toEqual(['frame 0', 'frame 2', 'frame 3']);
    expect(text.endsWith('video.mp4\n   50.0 %  b\n')).toBe(true);
    expect(told).toEqual([
      'a message',
      'The video ended after frame 4; 10.0 frames/s, latency 1.0 ms (95 % within 2.0 ms)',
    ]);
  });

  it('writes only the result where it shall be quiet', () => {
    const { text, told } = show({ quiet: true, terminal: true }, (view) => {
      view.update(status(0));
      view.end(status(1), 'end');
    });
    expect(text).toBe('video.mp4\n   50.0 %  a\n');
    expect(told).toEqual([]);
  });

  it('writes no result where there was no frame', () => {
    expect(show({}, (view) => view.end(undefined, 'Interrupted'))).toEqual({ text: '', told: ['Interrupted'] });
  });
});

describe('with --json', () => {
  it('writes an object a line, the last one with the reason of the end', () => {
    const { text, told } = show({ json: true, terminal: true }, (view) => {
      view.update(status(0));
      view.update(status(1));
      view.line('a message');
      view.end(status(1), 'The video ended');
    });
    const records = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { lastFrame: number; ended?: string; source?: string });
    expect(records.map(({ lastFrame }) => lastFrame)).toEqual([0, 1, 1]);
    expect(records.map(({ ended }) => ended)).toEqual([undefined, undefined, 'The video ended']);
    expect(records[2]?.source).toBe('video.mp4');
    expect(told).toEqual(['a message']);
  });
});

describe('on a terminal', () => {
  it('redraws in place, ten times a second at most, and gives the cursor back', () => {
    const { text } = show({ terminal: true }, (view, advance) => {
      view.update(status(0));
      view.update(status(1));
      advance(100);
      view.update(status(2));
      view.line('a message');
      view.end(status(3), 'The video ended');
    });
    expect(text).not.toContain('frame 1');
    for (const frame of [0, 2, 3]) expect(text).toContain(`frame ${frame}`);
    // A screen of three lines was erased before each of the other two drawings and before the message.
    expect(text.split(`${ESCAPE}[3A${ESCAPE}[0J`)).toHaveLength(4);
    expect(text.split(`${ESCAPE}[?25l`)).toHaveLength(2);
    expect(text.endsWith(`${ESCAPE}[?25hThe video ended\n`)).toBe(true);
    expect(text).toContain('a message\n');
  });

  it('does not touch the cursor where there was no frame', () => {
    expect(show({ terminal: true }, (view) => view.end(undefined, 'Interrupted')).text).toBe('Interrupted\n');
  });
});
