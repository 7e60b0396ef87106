import fc from 'fast-check';
import { UsageError } from '../../../lib/base/errors';
import {
  fileKinds,
  PICTURE_EXTENSIONS,
  VIDEO_EXTENSIONS,
  videoExtensions,
} from '../../../lib/data/lists/video-extensions';

describe('videoExtensions', () => {
  it('has those of people’s cameras, recorders and old data sets', () => {
    const wanted = '.avi .mp4 .mov .mkv .webm .ts .mts .m2ts .vob .mxf .asf .dv .f4v .ogv .qt .y4m .gif'.split(' ');
    expect(wanted.filter((ending) => !VIDEO_EXTENSIONS.includes(ending))).toEqual([]);
    expect(videoExtensions()).toBe(VIDEO_EXTENSIONS);
  });

  it('takes endings with dots or without, in any case, each once', () => {
    expect(videoExtensions(['mp4', '.AVI', ' Mp4 ', 'm2ts'])).toEqual(['.mp4', '.avi', '.m2ts']);
    fc.assert(
      fc.property(fc.constantFrom(...VIDEO_EXTENSIONS), fc.boolean(), fc.boolean(), (ending, dot, upper) => {
        const bare = dot ? ending : ending.slice(1);
        expect(videoExtensions([upper ? bare.toUpperCase() : bare])).toEqual([ending]);
      }),
    );
  });

  it.each(['', '.', '..', '*.mp4', 'a/b', 'mp4,avi', 'x y', '.tar.gz'])('refuses "%s"', (text) => {
    expect(() => videoExtensions(['mp4', text])).toThrow(UsageError);
    expect(() => videoExtensions(['mp4', text])).toThrow(`"${text}" in \`extensions\` is no ending`);
  });

  it('refuses an empty list, and pictures', () => {
    expect(() => videoExtensions([])).toThrow(UsageError);
    for (const ending of PICTURE_EXTENSIONS) expect(() => videoExtensions([ending])).toThrow(/is a picture's ending/);
  });
});

it('fileKinds tells files by their endings, in any case', () => {
  const kinds = fileKinds(['.avi', '.xyz']);
  expect(['1.AVI', '1.xyz', '1.mp4', '1.jpg', 'avi', '.avi'].map((name) => kinds.isVideo(name))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(['1.avi', '1.xyz', '1.mp4', '1.jpg'].map((name) => kinds.isKnownVideo(name))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(['1.avi', '1.JPG', '1.tiff', '1.gif'].map((name) => kinds.isPicture(name))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
