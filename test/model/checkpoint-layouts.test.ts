import * as fc from 'fast-check';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { MODEL_IDS } from '../../lib/movinet/model-id';
import { otherLayout } from '../../lib/model/checkpoint-layouts';

describe('the other layout of a variable (specification §5.3)', () => {
  it.each([
    ['x/_feature/_conv/_conv/depthwise_kernel', [5, 5, 24, 1], 'x/_feature/_conv/kernel', [1, 5, 5, 1, 24]],
    [
      'x/_feature/_conv_temporal/_conv/depthwise_kernel',
      [3, 1, 80, 1],
      'x/_feature/_conv_temporal/kernel',
      [3, 1, 1, 1, 80],
    ],
    ['x/_stem/_conv/_conv/kernel', [3, 3, 3, 8], 'x/_stem/_conv/kernel', [1, 3, 3, 3, 8]],
    ['x/_head/_conv/_conv/kernel', [1, 1, 480, 2048], 'x/_head/_conv/kernel', [1, 1, 1, 480, 2048]],
    ['x/_head/_conv/_conv/bias', [2048], 'x/_head/_conv/bias', [2048]],
  ])('%s %p is %s %p', (flatPath, flatShape, solidPath, solidShape) => {
    const [flat, solid] = [
      { path: flatPath, shape: flatShape },
      { path: solidPath, shape: solidShape },
    ];
    expect(otherLayout(flat)).toEqual(solid);
    expect(otherLayout(solid)).toEqual(flat);
  });

  it('leaves what is the same in both, and has no shape for a kernel over frames and pixels', () => {
    expect(otherLayout({ path: 'x/_batch_norm/gamma', shape: [8] })).toBeUndefined();
    expect(otherLayout({ path: 'x/_mobile_bottleneck/_rezero/scale', shape: [] })).toBeUndefined();
    expect(otherLayout({ path: 'x/_feature/_conv/kernel', shape: [3, 3, 3, 1, 80] })).toEqual({
      path: 'x/_feature/_conv/_conv/depthwise_kernel',
      shape: undefined,
    });
  });

  it('there and back is the identity, and only sizes of 1 come and go', () => {
    const size = fc.integer({ min: 1, max: 9 });
    const variable = fc.oneof(
      fc.record({
        path: fc.constant('a/_feature/_conv/_conv/depthwise_kernel'),
        shape: fc.tuple(size, size, size, fc.constant(1)),
      }),
      fc.record({
        path: fc.constant('a/_feature/_conv_temporal/_conv/depthwise_kernel'),
        shape: fc.tuple(size, fc.constant(1), size, fc.constant(1)),
      }),
      fc.record({ path: fc.constant('a/_expansion/_conv/_conv/kernel'), shape: fc.tuple(size, size, size, size) }),
      fc.record({ path: fc.constant('a/_se_reduce/_conv/_conv/bias'), shape: fc.tuple(size) }),
    );
    const withoutOnes = (shape: readonly number[] = []) => shape.filter((dim) => dim !== 1);
    fc.assert(
      fc.property(variable, (flat) => {
        const solid = otherLayout(flat);
        expect(solid?.path).not.toBe(flat.path);
        expect(withoutOnes(solid?.shape)).toEqual(withoutOnes(flat.shape));
        expect(otherLayout({ path: solid!.path, shape: solid!.shape! })).toEqual(flat);
      }),
      { seed: 1 },
    );
  });

  it.each(MODEL_IDS)('fits every variable of %s, unless its kernels go over frames and pixels', (id) => {
    for (const { path, shape } of architectureOf(id, 7).parameters) {
      const other = otherLayout({ path, shape });
      if (!other) continue;
      if (shape.length === 5 && shape[0] !== 1) expect(other.shape).toBeUndefined();
      else expect(otherLayout({ path: other.path, shape: other.shape! })).toEqual({ path, shape });
    }
  });
});
