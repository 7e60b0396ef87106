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
