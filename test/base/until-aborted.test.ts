import { setTimeout } from 'node:timers/promises';
import { untilAborted } from '../../lib/base/until-aborted';

const reason = new Error('enough');

it('gives what the promise gives, and leaves no listener behind', async () => {
  const { signal } = new AbortController();
  const removed = jest.spyOn(signal, 'removeEventListener');
  await expect(untilAborted(Promise.resolve(7), signal)).resolves.toBe(7);
  await expect(untilAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
  await expect(untilAborted(Promise.resolve(7), undefined)).resolves.toBe(7);
  expect(removed).toHaveBeenCalledTimes(2);
});

it('does not wait for the promise once the signal aborts, and frees what comes late', async () => {
  const controller = new AbortController();
  const discarded: string[] = [];
  const waiting = untilAborted(setTimeout(50, 'late'), controller.signal, (late) => discarded.push(late));
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(discarded).toEqual([]);
  await setTimeout(80);
  expect(discarded).toEqual(['late']);
});

it('is aborted from the start by a signal that was', async () => {
  const discarded: number[] = [];
  const signal = AbortSignal.abort(reason);
  await expect(untilAborted(Promise.resolve(7), signal, (late) => discarded.push(late))).rejects.toBe(reason);
  await expect(untilAborted(Promise.reject(new Error('late')), signal)).rejects.toBe(reason);
});
