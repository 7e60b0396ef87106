import type { Random } from '../../../lib/base/random';

const detached = (): Uint8Array => {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
};

/** Values that no function of the addon asks for, each made anew: `interfere` does something else with the addon, in the midst of the call. */
export function oddValue(random: Random, interfere: () => void): unknown {
  const makers: (() => unknown)[] = [
    () => undefined,
    () => null,
    () => true,
    () =>
      random.pick([
        NaN,
        Infinity,
        -Infinity,
        -0,
        -1,
        0,
        1,
        1.5,
        255,
        256,
        2 ** 31,
        2 ** 32,
        2 ** 53,
        -(2 ** 53),
        1e300,
      ]),
    () => random.pick([0n, -1n, 2n ** 70n]),
    () =>
      random.pick([
        '',
        ' ',
        'a\0b',
        '\ud800',
        'x'.repeat(70_000),
        'float32',
        'a:0',
        ':',
        'a:',
        'a:-1',
        'a:99999999999999999999',
      ]),
    () => Symbol('odd'),
    () => () => undefined,
    () => ({}),
    () => Object.create(null) as unknown,
    () => [],
    () => new Array<unknown>(3),
    () => new Array<number>(300).fill(1),
    () => [[[]]],
    () => new Date(NaN),
    () => new Map(),
    () => new Uint8Array(random.integer(32)),
    () => new Float64Array(4),
    () => new Uint8Array(new SharedArrayBuffer(16)),
    () => new DataView(new ArrayBuffer(4)),
    () => Buffer.from('not a message'),
    detached,
    () => new Proxy([1, 2, 3], {}),
    () => new Proxy([], { get: () => interfere() }),
    () =>
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no keys');
          },
        },
      ),
    () => ({
      get type() {
        interfere();
        return 'NoOp';
      },
      get length() {
        return 2 ** 32;
      },
    }),
    () => ({
      toString() {
        interfere();
        return 'a';
      },
      valueOf() {
        throw new Error('no value');
      },
    }),
    () =>
      Object.assign(['a', 'b'], {
        get 1() {
          interfere();
          return 'a:0';
        },
      }),
  ];
  return random.pick(makers)();
}
