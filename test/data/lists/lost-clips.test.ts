import { DatasetError } from '../../../lib/base/errors';
import { lostClips } from '../../../lib/data/lists/lost-clips';
import type { DatasetRow } from '../../../lib/data/lists/row';

const row = (path: string, part: DatasetRow['part'], ...target: number[]): DatasetRow => ({ path, part, target });
const reason = 'no video stream';

it('refuses the loss of a class, of what it trains on, or of a part, and no sooner', () => {
  const lost = lostClips(
    [row('/a', 'train', 0), row('/b', 'train', 0), row('/c', 'train', 1), row('/d', 'test', 1), row('/e', 'test', 0)],
    ['jump', 'run'],
  );
  expect(lost({ path: '/a', reason })).toBeUndefined();
  expect(lost({ path: '/unknown', reason })).toBeUndefined();
  expect(lost({ path: '/b', reason })?.message).toBe(
    'Every video to train class "jump" on is broken, such as /b: no video stream',
  );
  expect(lost({ path: '/d', reason })).toBeUndefined();
  expect(lost({ path: '/e', reason })).toBeInstanceOf(DatasetError);
  expect(lost({ path: '/c', reason })?.message).toMatch(/^Every video of class "run" is broken/);
});

it('counts each class of a clip, and each span of a video', () => {
  const spans = [row('/a', 'train', 0, 1), row('/b', 'train', 0), row('/b', 'train', 1), row('/c', 'test', 0)];
  const lost = lostClips(spans, ['jump', 'run']);
  expect(lost({ path: '/a', reason })).toBeUndefined();
  expect(lost({ path: '/b', reason })?.message).toMatch(/^Every video to train class "jump" on is broken, such as \/b/);
  const one = lostClips([row('/a', 'test', 0), row('/a', 'test', 0), row('/b', 'test', 1)], ['jump', 'run']);
  expect(one({ path: '/a', reason })?.message).toMatch(/^Every video of class "jump" is broken/);
});

it('counts a row that is lost with its span, and not once more with its video', () => {
  const span = (from: number, ...target: number[]): DatasetRow => ({
    ...row('/a', 'train', ...target),
    span: [from, from + 1],
  });
  const lost = lostClips([span(0, 0), span(1, 0), span(2, 1), row('/b', 'train', 0)], ['jump', 'run']);
  expect(lost({ path: '/a', span: [0, 1], reason })).toBeUndefined();
  expect(lost({ path: '/a', span: [1, 2], reason })).toBeUndefined();
  expect(lost({ path: '/a', span: [5, 6], reason })).toBeUndefined();
  expect(lost({ path: '/a', reason })?.message).toMatch(/^Every video of class "run" is broken, such as \/a/);
  expect(lost({ path: '/b', reason })?.message).toMatch(/^Every video of class "jump" is broken, such as \/b/);
});
