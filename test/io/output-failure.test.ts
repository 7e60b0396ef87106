import { failureReason } from '../../lib/io/output-failure';

it.each([
  [
    Object.assign(new Error('EROFS: read-only'), { code: 'EROFS' }),
    'the file system is read-only; choose another folder',
  ],
  [
    Object.assign(new Error('/x/y; No space left on device\n\t [[{{node SaveV2}}]]'), { code: 'RESOURCE_EXHAUSTED' }),
    'the disk is full; free some space or choose another folder',
  ],
  [new Error('/x; Permission denied'), 'permission denied; change its permissions or choose another folder'],
  [new Error('something\nelse'), 'something'],
  ['text', 'text'],
])('%p has a reason of one line', (error, reason) => {
  expect(failureReason(error)).toBe(reason);
});
