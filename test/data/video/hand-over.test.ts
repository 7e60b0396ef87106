import { HandOver } from '../../../lib/data/video/hand-over';

describe('HandOver', () => {
  it('that waits gives every value in order, and has room for one', async () => {
    const hand = new HandOver<number>('wait');
    let put = 0;
    const producer = (async () => {
      for (let i = 1; i <= 4; i++) {
        expect(await hand.put(i)).toBeUndefined();
        put = i;
      }
      hand.end();
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(put).toBe(1);
    const taken: number[] = [];
    for (let value = await hand.take(); value !== undefined; value = await hand.take()) taken.push(value);
    await producer;
    expect(taken).toEqual([1, 2, 3, 4]);
  });

  it('of the newest value gives back the one that nobody took', async () => {
    const hand = new HandOver<string>('newest');
    expect(await hand.put('old')).toBeUndefined();
    expect(await hand.put('new')).toBe('old');
    expect(await hand.take()).toBe('new');
    expect(await hand.put('newest')).toBeUndefined();
  });

  it('of the newest value is patient for as long as it is told to be', async () => {
    const hand = new HandOver<string>('newest');
    await hand.put('first');
    const second = hand.put('second', 60_000);
    expect(await hand.take()).toBe('first');
    expect(await second).toBeUndefined();
    const begin = performance.now();
    expect(await hand.put('third', 30)).toBe('second');
    expect(performance.now() - begin).toBeGreaterThan(25);
    const fourth = hand.put('fourth', 60_000);
    hand.end();
    expect(await fourth).toBe('fourth');
  });

  it('tells a failure after the last value', async () => {
    const hand = new HandOver<number>('newest');
    await hand.put(1);
    hand.end(new Error('gone'));
    hand.end();
    expect(await hand.take()).toBe(1);
    await expect(hand.take()).rejects.toThrow('gone');
  });

  it('wakes both sides when it is cleared', async () => {
    const hand = new HandOver<number>('wait');
    const taken = hand.take();
    expect(hand.clear()).toBeUndefined();
    expect(await taken).toBeUndefined();
    const full = new HandOver<number>('wait');
    await full.put(1);
    const waiting = full.put(2);
    expect(full.clear()).toBe(1);
    expect(await waiting).toBe(2);
  });
});
