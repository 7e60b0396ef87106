import fc from 'fast-check';
import { VideoError } from '../../../lib/base/errors';
import { isCamera, sourceName, withoutPassword } from '../../../lib/data/video/source-name';

describe('sourceName', () => {
  test.each([
    ['rtsp://user:secret@camera/stream', 'rtsp://camera/stream'],
    ['http://u:p#a@s%?@127.0.0.1:80/401', 'http://127.0.0.1:80/401'],
    ['http://u:p?q=1@host.example/a', 'http://host.example/a'],
    ['http://user:12345@host:8/x', 'http://host:8/x'],
    ['rtsp://u:p@[fe80::1]/x@y', 'rtsp://[fe80::1]/x@y'],
    ['https://token@host/x', 'https://host/x'],
    // With a raw slash.
    ['rtsp://user:p/s@camera/stream', 'rtsp://camera/stream'],
    ['rtsp://user:p@s/s@camera/stream', 'rtsp://camera/stream'],
    ['http://proxy.example/?to=http://u:p@host/x', 'http://proxy.example/?to=http://host/x'],
  ])('cuts the user and password of %s', (source, name) => expect(sourceName(source)).toBe(name));

  test.each([
    ['http://h/404?user=u&password=secret', 'http://h/404?user=u&password=***'],
    ['http://h/?Passwd=a#b&channel=1', 'http://h/?Passwd=***&channel=1'],
    ['http://h/?pwd=a&b&channel=1', 'http://h/?pwd=***&channel=1'],
    [
      'http://h/?api_key=1&accessToken=2&X-Amz-Signature=3',
      'http://h/?api_key=***&accessToken=***&X-Amz-Signature=***',
    ],
    ['http://h?authToken=1&auth=2', 'http://h?authToken=***&auth=***'],
    ['srt://h:1?passphrase=abc&streamid=1', 'srt://h:1?passphrase=***&streamid=1'],
    ['http://h/live.m3u8#token=abc', 'http://h/live.m3u8#token=***'],
    ['rtsp://h:554/user=a&password=b&channel=1', 'rtsp://h:554/user=a&password=***&channel=1'],
    ['rtsp://h/user=a_password=b_channel=1.sdp?real', 'rtsp://h/user=a_password=***_channel=1.sdp?real'],
  ])('cuts the secrets of %s', (source, name) => expect(sourceName(source)).toBe(name));

  test.each([
    'http://h/a@b.mp4',
    'http://h:8080/a:b@c/d.mp4',
    'http://h?user=a@b.example',
    'rtsp://[::1]:554/x@y',
    'http://h/?keyframe=1&monkey=2&passage=3',
    'http://h/?password=&x=1',
    'folder/a@b.mp4',
    '/videos/password=1.mp4',
    'C:/u:p@h.mp4',
    '0',
    '/dev/v4l/by-id/usb-cam@1',
  ])('leaves %s alone', (source) => expect(sourceName(source)).toBe(source));

  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const host = fc
    .tuple(word, word, fc.option(fc.integer({ min: 1, max: 65_535 })))
    .map(([name, domain, port]) => `${name}.${domain}${port === null ? '' : `:${port}`}`);
  const path = fc
    .array(fc.stringMatching(/^[a-zA-Z0-9@.,~-]{0,8}$/), { maxLength: 3 })
    .map((parts) => parts.map((part) => `/${part}`).join(''));
  /** Any printable character but the slash, which ends the authority for every reader of addresses. */
  const password = fc.stringMatching(/^[A-Za-z!-.:-~]{1,12}$/);

  // It begins with a letter: what begins with a number may be a port.
  it('shows the address, and nothing of a user or a password, whatever characters it has', () => {
    fc.assert(
      fc.property(word, password, host, path, (user, secret, where, rest) => {
        expect(sourceName(`rtsp://${user}:Z${secret}@${where}${rest}`)).toBe(`rtsp://${where}${rest}`);
      }),
      { numRuns: 2000 },
    );
  });

  it('shows a parameter’s name, and nothing of its secret', () => {
    const names = fc.constantFrom(
      'password',
      'Pass',
      'pwd',
      'token',
      'access_token',
      'apikey',
      'key',
      'secret',
      'auth',
    );
    fc.assert(
      fc.property(names, password, host, path, (name, raw, where, rest) => {
        const secret = raw.replaceAll('=', '');
        fc.pre(secret !== '');
        const shown = sourceName(`http://${where}${rest}/?a=1&${name}=${secret}&b=2`);
        expect(shown).toBe(`http://${where}${rest}/?a=1&${name}=***&b=2`);
      }),
      { numRuns: 2000 },
    );
  });

  it('changes no address without a user and parameters, and no name a second time', () => {
    fc.assert(
      fc.property(host, path, (where, rest) => {
        expect(sourceName(`http://${where}${rest}`)).toBe(`http://${where}${rest}`);
      }),
    );
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (address) => {
        expect(sourceName(sourceName(address))).toBe(sourceName(address));
      }),
    );
  });
});

describe('withoutPassword', () => {
  it('puts the name in the place of the source, wherever the message has it', () => {
    const source = 'http://u:$&@h/x';
    const error = withoutPassword(new VideoError(`Cannot read ${source}: ${source} is gone`, source), source);
    expect(error).toEqual(new VideoError('Cannot read http://h/x: http://h/x is gone', 'http://h/x'));
    expect(error).toMatchObject({ path: 'http://h/x' });
  });
});

test.each(['0', '12', '/dev/video0', '/dev/video12', '/dev/v4l/by-id/usb-046d_HD-video-index0'])(
  '%s is a camera',
  (source) => expect(isCamera(source)).toBe(true),
);

test.each(['12345', 'video0', '/dev/null', './dev/video0', 'rtsp://camera/0'])('%s is none', (source) =>
  expect(isCamera(source)).toBe(false),
);
