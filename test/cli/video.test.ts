import { video } from '../../lib/cli/video';
import { FakeVideos } from './support/fake-videos';
import { runInProcess } from './support/run-in-process';
import { runVideo, videoRecords, VIDEOS } from './support/run-video';

beforeAll(() => {
  process.env['NO_COLOR'] = '1';
});

describe('what is in a file', () => {
  it('is one line for programs', async () => {
    const { status, lines, stderr } = await videoRecords('phone.mp4');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines).toEqual([
      {
        format: 1,
        file: 'phone.mp4',
        ...{ frames: 60, exact: true, duration: 2.4, firstTime: 2, frameRate: 25, averageFrameRate: 25 },
        ...{ variable: false, width: 120, height: 160, rotation: 90, mirrored: true, sampleAspectRatio: 1 },
        ...{ keyFrames: 4, codec: 'h264', container: 'mov,mp4', notes: [] },
        ...{ damagedPackets: 0, lostFrames: [] },
      },
    ]);
  });

  it('is a block for people', async () => {
    const { stdout } = await runVideo('phone.mp4', 'cut-off.mp4');
    expect(stdout).toBe(
      [
        'phone.mp4',
        '  frames    60 (4 key frames), 25 a second, 2.4 s, from 2 s',
        '  picture   120 × 160 upright, turned by 90°, mirrored',
        '  coding    h264 in mov,mp4',
        '  checked   all of it decodes',
        'cut-off.mp4',
        '  frames    124 (4 key frames), 25 a second, 4.96 s',
        '  picture   160 × 120 upright',
        '  coding    h264 in mov,mp4',
        '  damaged   76 packets; frames that do not decode: 124-199',
        '  note      The file breaks off: its container promises more than there is.',
        '',
      ].join('\n'),
    );
  });

  it('says null where the file does not tell', async () => {
    const { lines } = await videoRecords('untimed.avi');
    expect(lines[0]).toMatchObject({ frames: 3, duration: null, firstTime: null, frameRate: null });
  });

  it('goes on after a file that cannot be read', async () => {
    const { status, lines, stderr } = await videoRecords('plain.mp4', 'none.mp4', 'short.mp4', '--quiet');
    expect(status).toBe(1);
    expect(lines.map(({ file, frames }) => [file, frames])).toEqual([
      ['plain.mp4', 200],
      ['short.mp4', 20],
    ]);
    expect(stderr).toBe('Warning: Cannot open none.mp4: no such file\n');
  });
});

describe('what decodes', () => {
  const DAMAGED = {
    frames: 196,
    exact: true,
    damagedPackets: 4,
    duration: 8,
    lostFrames: [
      [64, 66],
      [80, 80],
    ],
  };

  it('is counted, and lost frames are told by the numbers of the container', async () => {
    const { lines } = await videoRecords('damaged.mp4', 'plain.mp4');
    expect(lines[0]).toMatchObject(DAMAGED);
    expect(lines[1]).toMatchObject({ frames: 200, exact: true, damagedPackets: 0, lostFrames: [] });
  });

  it('is found out where the container does not know, however long it is', async () => {
    const { lines, addon } = await videoRecords('packed.avi', 'long-packed.avi');
    expect(lines[0]).toMatchObject({ frames: 98, exact: true, duration: 3.92 });
    expect(lines[0]?.notes).toEqual([expect.stringContaining('found by counting')]);
    expect(lines[1]).toMatchObject({ frames: 28_799, exact: true });
    expect(addon.indexedByDecoding).toEqual(['packed.avi', 'long-packed.avi']);
  });

  it('is left open for a long file whose container knows, unless asked for', async () => {
    const unasked = await videoRecords('long.mp4');
    expect(unasked.lines[0]).toMatchObject({ frames: 28_800, exact: true });
    expect(unasked.lines[0]).not.toHaveProperty('damagedPackets');
    expect([unasked.addon.framesRead, unasked.addon.indexedByDecoding]).toEqual([0, []]);
    const asked = await videoRecords('long.mp4', '--check');
    expect(asked.lines[0]).toMatchObject({ frames: 28_799, damagedPackets: 1, lostFrames: [[5, 5]] });
  });

  it('is not asked for with --no-check', async () => {
    const { lines, addon } = await videoRecords('damaged.mp4', 'packed.avi', '--no-check');
    expect(lines.map(({ frames, exact }) => [frames, exact])).toEqual([
      [200, true],
      [100, false],
    ]);
    for (const line of lines) expect(line).not.toHaveProperty('lostFrames');
    expect([addon.framesRead, addon.indexedByDecoding]).toEqual([0, []]);
  });

  it('is known already where the index was made by decoding', async () => {
    const { lines, addon } = await videoRecords('counted.avi');
    expect(lines[0]).toMatchObject({ frames: 90, exact: true, damagedPackets: 2 });
    expect(lines[0]).not.toHaveProperty('lostFrames');
    expect(addon.indexedByDecoding).toEqual([]);
    expect((await videoRecords('counted.avi', '--check')).addon.indexedByDecoding).toEqual(['counted.avi']);
  });

  it('is the same of large files, whose frames are shown as they pass', async () => {
    const { lines, addon } = await videoRecords('large.mp4');
    expect(lines[0]).toMatchObject({ frames: 1199, exact: true, damagedPackets: 1, lostFrames: [[700, 700]] });
    expect(addon.framesRead).toBe(1199);
  });

  it('may be nothing', async () => {
    const { status, stdout, stderr } = await runVideo('undecodable.mp4');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('Warning: Cannot read undecodable.mp4: it holds no frame that can be decoded\n');
  });

  it('tells people too', async () => {
    const { stdout } = await runVideo('damaged.mp4', 'plain.mp4');
    expect(stdout).toContain('\n  damaged   4 packets; frames that do not decode: 64-66 80\n');
    expect(stdout).toContain('\n  checked   all of it decodes\n');
  });

  it('shows how far it is only where that takes long', async () => {
    let now = 0;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
    const addon = new FakeVideos(VIDEOS);
    addon.beforeRead = () => Promise.resolve(void (now += 10));
    const run = (file: string) => runInProcess((argv) => video(argv, () => addon), [file]);
    try {
      expect((await run('plain.mp4')).stderr).toBe('');
      const { stderr } = await run('large.mp4');
      expect(stderr.split('\n')).toEqual([
        expect.stringMatching(/^Decoding large\.mp4: \d+\/1200 frames, 100\.0 frames\/s/),
        expect.stringMatching(/^Decoding large\.mp4: \d+\/1200 frames/),
        'large.mp4: 1199 frames decoded',
        '',
      ]);
    } finally {
      clock.mockRestore();
    }
  });

  it('ends at once when interrupted', async () => {
    const addon = new FakeVideos(VIDEOS);
    addon.beforeRead = () => {
      if (addon.framesRead < 10) return Promise.resolve();
      process.emit('SIGINT', 'SIGINT');
      return new Promise(() => undefined);
    };
    const { status, stdout, stderr } = await runInProcess((argv) => video(argv, () => addon), ['large.mp4']);
    expect({ status, stdout, readers: addon.openReaders }).toEqual({ status: 130, stdout: '', readers: 0 });
    expect(stderr).toMatch(/Error: Interrupted\n$/);
  });
});

it.each<[string, string[], RegExp]>([
  ['no file', [], /missing required argument 'videos'/],
  ['frames and a clip', ['a.mp4', '--frames', '1', '--clip', '--out', '-'], /--clip is about a clip, --frames names/],
  ['frames and a start', ['a.mp4', '--frames', '1', '--start', '5', '--out', '-'], /--start is about a clip/],
  ['frames that are none', ['a.mp4', '--frames', '5-1', '--out', '-'], /--frames: expected frames such as .*got "5-1"/],
  ['a frame below 0', ['a.mp4', '--frames=-1', '--out', '-'], /--frames: expected frames such as/],
  ['an unknown model', ['a.mp4', '--model', 'a0-huge', '--out', '-'], /There is no model "a0-huge"/],
  ['a size that is none', ['a.mp4', '--size', '0', '--out', '-'], /--size: expected an integer from 32 to 4096/],
  ['a start that is none', ['a.mp4', '--start', 'end', '--out', '-'], /--start: expected center or the number/],
])('refuses %s in one line', async (_, args, message) => {
  const { status, stdout, stderr } = await runVideo(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

it('refuses an address without repeating its password', async () => {
  const { status, stderr } = await runVideo('rtsp://me:secret@camera/1');
  expect(status).toBe(2);
  expect(stderr).toMatch(/an address is read by movinet stream/);
  expect(stderr).not.toContain('secret');
});
