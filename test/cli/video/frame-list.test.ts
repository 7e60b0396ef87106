import fc from 'fast-check';
import { firstPastEnd, frameList, framesOf } from '../../../lib/cli/video/frame-list';

it.each([
  ['7', [7]],
  ['0,100,8800', [0, 100, 8800]],
  ['5, 3,5', [3, 5]],
  ['2-5,4-6', [2, 3, 4, 5, 6]],
  ['0-10:4', [0, 4, 8]],
  ['9-9', [9]],
])('%s is %j', (text, frames) => {
  expect(framesOf(frameList.parse(text))).toEqual(frames);
});

it.each(['', ',', '1,', '-1', '5-3', '0-9:0', '1.5', 'all', '0x10', '99999999999999999999'])('"%s" is none', (text) => {
  expect(frameList.safeParse(text).error?.issues[0]?.message).toBe(
    `expected frames such as 0,100,8800 or 0-10 or 0-900:30, got "${text}"`,
  );
});

it('tells the first frame past the end without listing them all', () => {
  expect(firstPastEnd(frameList.parse('0-9007199254740990'), 100)).toBe(100);
  const run = fc.record({ first: fc.nat(50), length: fc.nat(50), step: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 4 }), fc.nat(100), (runs, count) => {
      const list = runs.map(({ first, length, step }) => ({ first, last: first + length, step }));
      expect(firstPastEnd(list, count)).toBe(framesOf(list).find((frame) => frame >= count));
    }),
  );
});
