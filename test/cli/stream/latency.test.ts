import { LatencyWindow } from '../../../lib/cli/stream/meter';

describe('LatencyWindow', () => {
  it('has no percentile before the first duration', () => {
    expect(new LatencyWindow().percentile(50)).toBeNaN();
  });

  it('gives the smallest duration that the share does not exceed', () => {
    const window = new LatencyWindow();
    for (let i = 100; i >= 1; i--) window.add(i);
    expect([0, 50, 95, 100].map((percent) => window.percentile(percent))).toEqual([1, 50, 95, 100]);
  });

  it('forgets what is long past', () => {
    const window = new LatencyWindow();
    window.add(1000);
    for (let i = 0; i < 256; i++) window.add(5);
    expect(window.percentile(100)).toBe(5);
  });
});
