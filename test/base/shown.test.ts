import fc from 'fast-check';
import { nearestNames } from '../../lib/base/shown';

it('the nearest names begin with the likeliest, whatever the case and the separators', () => {
  const names = ['PlayingGuitar', 'PlayingFlute', 'Archery', 'Surfing'];
  expect(nearestNames('playing_gitar', names)).toEqual(['PlayingGuitar', 'PlayingFlute', 'Surfing']);
  expect(nearestNames('Sufing', names, 1)).toEqual(['Surfing']);
  expect(nearestNames('x', [])).toEqual([]);
});

it('the nearest name of one that is there is itself, and each is given once', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 });
  const plain = (text: string) =>
    text
      .normalize('NFC')
      .toLowerCase()
      .replaceAll(/[\s_-]/g, '');
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6, selector: plain }), fc.nat(), (names, which) => {
      const meant = names[which % names.length]!;
      const found = nearestNames(meant, names, names.length);
      expect(found[0]).toBe(meant);
      expect([...found].sort()).toEqual([...names].sort());
    }),
  );
});
