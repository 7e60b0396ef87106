import { EventEmitter } from 'node:events';
import { listenForInterrupt } from '../../../lib/cli/program/interrupt';

class FakeProcess extends EventEmitter {
  readonly pid = 4711;
  readonly kill = jest.fn();
}

function listen() {
  const host = new FakeProcess();
  const clock = { time: 1000 };
  const tell = jest.fn();
  const interrupt = listenForInterrupt(tell, host, () => clock.time);
  return { host, clock, tell, interrupt };
}

it('asks the work to end at the first Ctrl-C', () => {
  const { host, tell, interrupt } = listen();
  expect([interrupt.signal.aborted, interrupt.status]).toEqual([false, undefined]);
  host.emit('SIGINT', 'SIGINT');
  expect([interrupt.signal.aborted, interrupt.status]).toEqual([true, 130]);
  expect(tell).toHaveBeenCalledTimes(1);
  expect(host.kill).not.toHaveBeenCalled();
});

it('takes the signal that npm passes on for the same key press', () => {
  const { host, clock, interrupt } = listen();
  host.emit('SIGINT', 'SIGINT');
  clock.time += 20;
  host.emit('SIGINT', 'SIGINT');
  expect(host.kill).not.toHaveBeenCalled();
  expect(interrupt.status).toBe(130);
});

it('leaves at once at the second, by the signal itself', () => {
  const { host, clock } = listen();
  host.emit('SIGINT', 'SIGINT');
  clock.time += 2000;
  host.emit('SIGINT', 'SIGINT');
  expect(host.kill).toHaveBeenCalledWith(4711, 'SIGINT');
  expect(['SIGINT', 'SIGTERM', 'SIGHUP'].flatMap((name) => host.listeners(name)).length).toBe(0);
});

it.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('ends in order at %s too, with status %i', (name, status) => {
  const { host, interrupt } = listen();
  host.emit(name, name);
  expect([interrupt.signal.aborted, interrupt.status]).toEqual([true, status]);
});

it('listens no more once disposed', () => {
  const { host, interrupt } = listen();
  interrupt[Symbol.dispose]();
  expect(['SIGINT', 'SIGTERM', 'SIGHUP'].flatMap((name) => host.listeners(name)).length).toBe(0);
});
