import { nameBelow, parseUcf101Name, ucf101Recording } from '../../../../lib/data/lists/splits/names';

describe('parseUcf101Name', () => {
  it('reads class, group and clip', () => {
    expect(parseUcf101Name('/x/v_HandstandPushups_g07_c03.avi')).toEqual({
      className: 'HandstandPushups',
      group: 7,
      clip: 3,
    });
  });

  it.each([
    'v_A_g1_c01.avi',
    'A_g01_c01.avi',
    'v_A_g01_c01.avi.part',
    'v_A_g01_c01_small.mp4',
    'v__g01_c01.avi',
    'v_A_B_g01_c01.avi',
    'xv_A_g01_c01.avi',
  ])('is undefined for %s', (name) => {
    expect(parseUcf101Name(name)).toBeUndefined();
  });
});

it.each(['v_A_g01_c02.mp4', 'v_A_g01_c02.AVI', 'x/v_A_g01_c02.webm', 'v_A_g01_c02'])(
  'reads %s, whatever the ending, or a folder of pictures',
  (name) => {
    expect(parseUcf101Name(name)).toEqual({ className: 'A', group: 1, clip: 2 });
    expect(ucf101Recording(name)).toBe('A g01');
  },
);

describe('nameBelow', () => {
  it.each([
    ['/data', '/data/a/1.avi', 'a/1.avi'],
    ['/data', '/database/1.avi', '/database/1.avi'],
    ['/data', '/other/1.avi', '/other/1.avi'],
    ['/data', '/data/..a/1.avi', '..a/1.avi'],
    ['/data', '/data/cafe\u0301/1.avi', 'caf\u00e9/1.avi'],
  ])('%s: %s is %s', (root, path, name) => {
    expect(nameBelow(root, path)).toBe(name);
  });
});
