import { PassThrough } from 'node:stream';
import type { StreamStatus } from '../../../lib/cli/terminal/stream-text';
import { createStreamView, type StreamView } from '../../../lib/cli/terminal/stream-view';

const ESCAPE = String.fromCharCode(27);

interface Shown {
  readonly text: string;
  readonly told: readonly string[];
}

function show(
  options: { terminal?: boolean; json?: boolean; quiet?: boolean; titles?: readonly string[]; rows?: number },
  run: (view: StreamView, advance: (ms: number) => void) => void,
): Shown {
  let text = '';
  const told: string[] = [];
  let time = 1_000_000;
  const stream = Object.assign(new PassThrough(), {
    isTTY: options.terminal === true,
    columns: 80,
    rows: options.rows ?? 24,
  });
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const view = createStreamView({
    titles: options.titles ?? ['video.mp4'],
    stream: stream as unknown as NodeJS.WriteStream,
    messages: { line: (line) => told.push(line), warn: (line) => told.push(`Warning: ${line}`) },
    ...{ json: options.json ?? false, quiet: options.quiet ?? false, now: () => time },
  });
  run(view, (ms) => (time += ms));
  return { text, told };
}

const status = (lastFrame: number, label = 'a', index = 0): StreamStatus => ({
  ...{ lastFrame, seconds: undefined, framesPerSecond: 10, latency: { p50: 1, p95: 2 } },
  ...{ droppedFrames: 0, damagedPackets: 0, reconnects: 0 },
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
      view.update(0, status(0));
      view.update(0, status(1));
      view.update(0, status(2, 'b', 1));
      advance(1001);
      view.update(0, status(3, 'b', 1));
      view.line('a message');
      view.end(0, status(4, 'b', 1), 'The video ended after frame 4');
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
      view.update(0, status(0));
      view.end(0, status(1), 'end');
    });
    expect(text).toBe('video.mp4\n   50.0 %  a\n');
    expect(told).toEqual([]);
  });

  it('writes no result where there was no frame', () => {
    expect(show({}, (view) => view.end(0, undefined, 'Interrupted'))).toEqual({ text: '', told: ['Interrupted'] });
  });
});

describe('with --json', () => {
  it('writes an object a line, the last one with the reason of the end', () => {
    const { text, told } = show({ json: true, terminal: true }, (view) => {
      view.update(0, status(0));
      view.update(0, status(1));
      view.line('a message');
      view.end(0, status(1), 'The video ended');
    });
    const records = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { lastFrame: number; ended?: string; source?: string });
    expect(records.map(({ lastFrame }) => lastFrame)).toEqual([0, 1, 1]);
    expect(records.map(({ ended }) => ended)).toEqual([undefined, undefined, 'The video ended']);
    expect(records.map(({ source }) => source)).toEqual(Array(3).fill('video.mp4'));
    expect(told).toEqual(['a message']);
  });
});

describe('on a terminal', () => {
  it('redraws in place, ten times a second at most, and gives the cursor back', () => {
    const { text } = show({ terminal: true }, (view, advance) => {
      view.update(0, status(0));
      view.update(0, status(1));
      advance(100);
      view.update(0, status(2));
      view.line('a message');
      view.end(0, status(3), 'The video ended');
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
    expect(show({ terminal: true }, (view) => view.end(0, undefined, 'Interrupted')).text).toBe('Interrupted\n');
  });
});

describe('with several sources', () => {
  const titles = ['a.mp4', 'rtsp://b/'];

  it('names the source of each plain line', () => {
    const { text, told } = show({ titles }, (view) => {
      view.update(0, status(0));
      view.update(1, status(0));
      view.update(1, status(1));
      view.warn('rtsp://b/ is gone');
      view.end(1, status(1), 'The source gives no more frames');
      view.update(0, status(1, 'b', 1));
      view.end(0, status(1, 'b', 1), 'The video ended');
    });
    expect(text.match(/^.*: frame \d/gm)).toEqual(['a.mp4: frame 0', 'rtsp://b/: frame 0', 'a.mp4: frame 1']);
    expect(text).toContain('rtsp://b/\n   50.0 %  a\n');
    expect(told[0]).toBe('Warning: rtsp://b/ is gone');
    expect(told[1]).toMatch(/^rtsp:\/\/b\/: The source gives no more frames; 10\.0 frames/);
  });

  it('writes objects with the source, and what was wrong with it', () => {
    const { text } = show({ titles, json: true }, (view) => {
      view.update(1, status(0));
      view.end(1, status(0), 'The source gives no more frames', 'timed out');
      view.end(0, undefined, 'The source cannot be read', 'not found');
    });
    const records = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(records).toMatchObject([
      { source: 'rtsp://b/', lastFrame: 0 },
      { source: 'rtsp://b/', lastFrame: 0, ended: 'The source gives no more frames', error: 'timed out' },
      { source: 'a.mp4', ended: 'The source cannot be read', error: 'not found' },
    ]);
  });

  it('draws a block for each, and lets go of the cursor after the last of them', () => {
    const { text } = show({ titles, terminal: true }, (view, advance) => {
      view.update(0, status(0));
      advance(100);
      view.update(1, status(7));
      view.end(0, status(1), 'The video ended');
      view.warn('rtsp://b/ is gone');
      view.end(1, status(8), 'Interrupted');
    });
    expect(text).toContain('rtsp://b/  …\n');
    expect(text).toContain('a.mp4 (The video ended)  frame 1\n');
    expect(text).toContain('Warning: rtsp://b/ is gone\n');
    // The last screen: both blocks of three lines.
    const last = text.slice(text.lastIndexOf(`${ESCAPE}[0J`) + `${ESCAPE}[0J`.length);
    expect(last.split('\n').map((line) => line.slice(0, 12))).toEqual([
      ...[
        'a.mp4 (The v',
        '   50.0 %  █',
        '10.0 frames/',
        'rtsp://b/ (I',
        '   50.0 %  █',
        '10.0 frames/',
        `${ESCAPE}[?25h`,
      ],
    ]);
    expect(text.split(`${ESCAPE}[?25l`)).toHaveLength(2);
  });

  it.each([
    [7, 6],
    [6, 2],
    [3, 2],
  ])('fits a terminal of %d rows with %d lines', (rows, lines) => {
    const { text } = show({ titles, rows, terminal: true }, (view) => {
      view.update(0, status(0));
      view.end(0, status(1), 'end');
      view.end(1, status(1), 'end');
    });
    const last = text.slice(text.lastIndexOf(`${ESCAPE}[0J`) + `${ESCAPE}[0J`.length);
    expect(last.split('\n').slice(0, -1)).toHaveLength(lines);
  });
});
