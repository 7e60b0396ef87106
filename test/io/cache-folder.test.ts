import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../lib/io/cache-folder';

describe('cacheFolder', () => {
  const before = process.env['XDG_CACHE_HOME'];
  afterEach(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });

  it.each([
    ['/var/cache/me', '/var/cache/me/movinet-native/weights/a0'],
    ['', join(homedir(), '.cache/movinet-native/weights/a0')],
    ['relative/path', join(homedir(), '.cache/movinet-native/weights/a0')],
  ])('with XDG_CACHE_HOME="%s"', (value, expected) => {
    process.env['XDG_CACHE_HOME'] = value;
    expect(cacheFolder('weights', 'a0')).toBe(expected);
  });

  it('without XDG_CACHE_HOME', () => {
    delete process.env['XDG_CACHE_HOME'];
    expect(cacheFolder()).toBe(join(homedir(), '.cache/movinet-native'));
  });
});
