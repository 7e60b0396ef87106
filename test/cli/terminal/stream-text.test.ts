import columnsOf from 'string-width';
import {
  formatPredictions,
  formatSpeed,
  formatStreamLine,
  formatStreamScreen,
  formatStreamScreens,
  streamRecord,
  type StreamStatus,
} from '../../../lib/cli/terminal/stream-text';

const STATUS: StreamStatus = {
  lastFrame: 80,
  seconds: 3.2,
  predictions: [
    { label: 'carving ice', index: 50, probability: 0.912 },
    { label: 'ice climbing', index: 7, probability: 0.03 },
  ],
  framesPerSecond: 23.12,
  latency: { p50: 41.4, p95: 5.51 },
  ...{ droppedFrames: 0, damagedPackets: 0, reconnects: 0 },
};

const plain = (text: string): string => text;

describe('what a stream shows', () => {
  it('is one plain line', () => {
    expect(formatStreamLine(STATUS)).toBe(
      'frame 80, 3.2 s: carving ice 91.2 %, ice climbing 3.0 %; 23.1 frames/s, latency 41 ms (95 % within 5.5 ms)',
    );
  });

  it('tells dropped frames, and leaves out what is not known', () => {
    const live = { ...STATUS, seconds: undefined, framesPerSecond: undefined, droppedFrames: 12 };
    expect(formatSpeed(live)).toBe('latency 41 ms (95 % within 5.5 ms), 12 frames dropped');
    expect(formatStreamLine(live)).toMatch(/^frame 80: carving ice/);
    expect(streamRecord(live)).toMatchObject({ seconds: null, framesPerSecond: null, droppedFrames: 12 });
  });

  it('tells damaged packets and lost connections', () => {
    const worn = { ...STATUS, droppedFrames: 1, damagedPackets: 1, reconnects: 2 };
    expect(formatSpeed(worn)).toMatch(/, 1 frame dropped, 1 packet damaged, 2 times reconnected$/);
    expect(streamRecord(worn)).toMatchObject({ droppedFrames: 1, damagedPackets: 1, reconnects: 2 });
  });

  it('is cut to the rows of the terminal where there are more sources', () => {
    const blocks = Array.from({ length: 9 }, (_, i) => ({
      title: `rtsp://${i}`,
      status: i === 0 ? undefined : STATUS,
    }));
    const lines = formatStreamScreens(blocks, { width: 60, height: 6 }, plain);
    expect(lines).toHaveLength(5);
    expect(lines.slice(0, 2)).toEqual(['rtsp://0  …', 'rtsp://1  frame 80, 3.2 s: carving ice 91.2 %, ice climbin…']);
    expect(lines[4]).toBe('… and 5 more');
    for (const line of lines) expect(columnsOf(line)).toBeLessThan(60);
  });

  it('is a record with numbers for programs', () => {
    expect(streamRecord({ ...STATUS, latency: { p50: 41.43219, p95: 55 } })).toEqual({
      lastFrame: 80,
      seconds: 3.2,
      predictions: STATUS.predictions,
      framesPerSecond: 23.12,
      latencyMs: { p50: 41.432, p95: 55 },
      ...{ droppedFrames: 0, damagedPackets: 0, reconnects: 0 },
    });
  });

  it('ends with the classes under one another', () => {
    expect(formatPredictions(STATUS)).toEqual(['   91.2 %  carving ice', '    3.0 %  ice climbing']);
  });

  it('is a screen with bars in proportion', () => {
    const lines = formatStreamScreen('video.mp4', STATUS, 80, (text) => `<${text}>`);
    expect(lines).toEqual([
      'video.mp4  frame 80, 3.2 s',
      `   91.2 %  <${'█'.repeat(18)}>░░  carving ice`,
      `    3.0 %  <█>${'░'.repeat(19)}  ice climbing`,
      '23.1 frames/s, latency 41 ms (95 % within 5.5 ms)',
    ]);
  });

  test.each([10, 25, 40, 60, 61, 200])('never wraps on %d columns', (width) => {
    const long = { ...STATUS, predictions: [{ label: 'l'.repeat(90), index: 0, probability: 1 }] };
    for (const line of formatStreamScreen('t'.repeat(90), long, width, plain)) expect(line.length).toBeLessThan(width);
  });

  test.each([10, 25, 40, 80])('never wraps names of two columns a character on %d columns', (width) => {
    const wide = { ...STATUS, predictions: [{ label: '太極拳を練習する人々'.repeat(5), index: 0, probability: 0.5 }] };
    const lines = formatStreamScreen('動画.mp4'.repeat(20), wide, width, plain);
    for (const line of lines) expect(columnsOf(line)).toBeLessThan(width);
  });
});
