import { join } from 'node:path';
import { parseTrainOptions } from '../../../lib/cli/train/options';
import { findTrainedModel, findTrainingInputs } from '../../../lib/cli/train/inputs';
import { probe } from '../../../lib/io/http';
import { DownloadError } from '../../../lib/base/errors';
import { loadAddon } from '../../../lib/native/addon';
import type * as Settings from '../../../lib/sample/settings';
import type * as Http from '../../../lib/io/http';
import { suiteFolder } from '../../support/suite-folder';
import { writeTinyBackbone } from '../support/tiny-material';

jest.mock('../../../lib/io/http', () => ({
  ...jest.requireActual<typeof Http>('../../../lib/io/http'),
  probe: jest.fn(),
}));
jest.mock('../../../lib/sample/settings', () => {
  const actual = jest.requireActual<typeof Settings>('../../../lib/sample/settings');
  return { ...actual, SAMPLE_SETTINGS: { ...actual.SAMPLE_SETTINGS, trainClipsPerMotion: 1, testClipsPerMotion: 1 } };
});

const { path: folder } = suiteFolder();
const lines: string[] = [];
const progress = {
  start: () => undefined,
  update: () => undefined,
  beside: () => undefined,
  end: (text: string) => lines.push(text),
  line: (text: string) => lines.push(text),
  warn: () => undefined,
};
const context = { addon: loadAddon(), progress, signal: new AbortController().signal };

beforeAll(async () => {
  process.env['XDG_CACHE_HOME'] = folder;
  Object.assign(jest.requireMock<object>('../../../lib/sample/settings'), {
    SAMPLE_BACKBONE: await writeTinyBackbone(folder),
  });
});

beforeEach(() => {
  lines.length = 0;
  jest.mocked(probe).mockRejectedValue(new DownloadError('https://example.org cannot be reached (ENOTFOUND)'));
});

it('falls back to the sample where nothing can be downloaded, and says so in one line', async () => {
  const inputs = await findTrainingInputs(parseTrainOptions(['--epochs', '9']), context);
  expect(inputs).toMatchObject({
    ...{ model: 'a0-base', split: 'folders', start: join(folder, 'backbone/ckpt') },
    dataFolder: join(folder, 'movinet-native/sample/motion-clips'),
    settings: {
      clip: { size: 64, frames: 8, every: { frames: 2 } },
      ...{ batchSize: 16, epochs: 9, unfreeze: 'head' },
    },
  });
  expect(lines.filter((line) => line.startsWith('Using the embedded sample'))).toHaveLength(1);
});

it('takes the sample at once with --sample, without asking the network', async () => {
  jest.mocked(probe).mockClear();
  await findTrainingInputs(parseTrainOptions(['--sample']), context);
  expect(probe).not.toHaveBeenCalled();
});

it('has nothing to fall back to for another model', async () => {
  await expect(findTrainingInputs(parseTrainOptions(['--model', 'a2-base']), context)).rejects.toThrow(DownloadError);
  const options = parseTrainOptions(['--model', 'a2-base', '--sample']);
  await expect(findTrainingInputs(options, context)).rejects.toThrow(
    'The embedded sample has weights for a0-base only',
  );
});

it('refuses what is no model', async () => {
  const options = parseTrainOptions(['--model', 'a9-base']);
  await expect(findTrainedModel(options)).rejects.toThrow(
    /^There is no model "a9-base": give the folder model\/ of a run, or one of a0-base, a0-stream/,
  );
  await expect(findTrainedModel(parseTrainOptions(['--model', folder]))).rejects.toThrow(
    'is not a model of this library',
  );
  expect(await findTrainedModel(parseTrainOptions(['--model', 'a2-base', '--weights', folder]))).toBeUndefined();
});

it('does not replace data or weights that were asked for', async () => {
  const own = parseTrainOptions(['--data', '/videos']);
  await expect(findTrainingInputs(own, context)).rejects.toThrow(/kinetics600 weights of a0-base cannot be fetched/);
  const both = parseTrainOptions(['--sample', '--data', '/videos']);
  await expect(findTrainingInputs(both, context)).rejects.toThrow('leave out --data and --weights');
});
