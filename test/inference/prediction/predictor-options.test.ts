import { TUTORIAL_CLIP } from '../../../lib/base/clip';
import { UsageError } from '../../../lib/base/errors';
import { type PredictorOptions, predictorSettings } from '../../../lib/inference/prediction/predictor-options';

const model = { clip: TUTORIAL_CLIP };

it('takes the model’s clips, one in the middle of each video, eight at a time', () => {
  const { decodeThreads, ...rest } = predictorSettings({}, model);
  expect(rest).toEqual({
    ...{ clip: TUTORIAL_CLIP, start: 'center', clipsPerVideo: 1, crops: 1 },
    ...{ batchSize: 8, session: {}, reading: undefined, pixels: 'float32' },
  });
  expect(decodeThreads).toBeGreaterThan(0);
  expect(predictorSettings({ short: 'loop', start: 0 }, model)).toMatchObject({ clip: { short: 'loop' }, start: 0 });
});

const given = (options: unknown) => (): unknown => predictorSettings(options as PredictorOptions, model);

it('refuses a start for several clips', () => {
  expect(given({ start: 3, clipsPerVideo: 2 })).toThrow(/leave out their start$/);
});

it.each([
  [{ decodeThreads: 1025 }, 'decodeThreads', 'must be an integer from 1 to 1024, got 1025'],
  [{ start: 'middle' }, 'start', 'must be center or an integer of at least 0, got "middle"'],
  [{ clip: { ...TUTORIAL_CLIP, every: {} } }, 'clip.every', /^must be \{ frames: .*, got \{\}$/],
  [{ clip: { size: 32 } }, 'clip.frames', 'is missing'],
  [{ clip: { ...TUTORIAL_CLIP, sise: 4 } }, 'clip', 'has no option sise'],
  [
    { reading: { pictureRate: 2e6 } },
    'reading.pictureRate',
    /^must be 0 or a number from 0\.001 to 1000000, got 2000000$/,
  ],
  [{ session: { threads: 2 } }, 'session', 'has no option threads'],
])('refuses %j and names the option', (options, option, problem) => {
  expect(given(options)).toThrow(UsageError);
  expect(given(options)).toThrow(
    expect.objectContaining({
      option,
      message:
        typeof problem === 'string'
          ? `Predictor: ${option} ${problem}`
          : (expect.stringMatching(new RegExp(`^Predictor: ${option} ${problem.source.slice(1)}`)) as unknown),
    }),
  );
});
