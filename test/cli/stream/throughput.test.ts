import { Throughput } from '../../../lib/cli/stream/meter';

describe('Throughput', () => {
  it('is unknown until there is a time between two chunks', () => {
    const throughput = new Throughput();
    expect(throughput.perSecond).toBeUndefined();
    throughput.add(4, 1000);
    expect(throughput.perSecond).toBeUndefined();
    throughput.add(4, 1500);
    expect(throughput.perSecond).toBe(8);
  });

  it('follows a change within seconds', () => {
    const throughput = new Throughput();
    for (let i = 0; i <= 200; i++) throughput.add(1, 10 * i);
    expect(throughput.perSecond).toBeCloseTo(100, 5);
    for (let i = 1; i <= 7; i++) throughput.add(1, 2000 + 1000 * i);
    expect(throughput.perSecond).toBeCloseTo(1, 5);
  });

  it('holds for any number of chunks', () => {
    const throughput = new Throughput();
    for (let i = 0; i <= 5000; i++) throughput.add(2, 0.5 * i);
    expect(throughput.perSecond).toBeCloseTo(4000, 5);
  });
});
