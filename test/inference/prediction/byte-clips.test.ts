import { derive } from '../../../lib/base/random';
import { Predictor } from '../../../lib/inference/predictor';
import { loadAddon } from '../../../lib/native/addon';
import { suiteFolder } from '../../support/suite-folder';
import { tinyMaterial, TINY_CLIP } from '../support/tiny-predictors';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const { size, frames: count } = TINY_CLIP;

it('predicts of bytes what it predicts of the same pixels in float32, to the last bit', async () => {
  const { model, files } = await tinyMaterial(folder);
  using predictor = await Predictor.open(model, { batchSize: 2 });
  using bytewise = await Predictor.open(model, { batchSize: 2, pixels: 'uint8' });
  await bytewise.warmUp();
  using bytes = addon.createTensor('uint8', [3, count, size, size, 3]);
  using floats = addon.createTensor('float32', bytes.shape);
  const random = derive(3);
  (bytes.data() as Uint8Array).forEach((_, i, all) => (all[i] = Math.floor(256 * random.float())));
  (floats.data() as Float32Array).set((bytes.data() as Uint8Array).map((byte) => byte));
  (floats.data() as Float32Array).forEach((byte, i, all) => (all[i] = byte * Math.fround(1 / 255)));
  expect(await predictor.predictClips(bytes)).toEqual(await predictor.predictClips(floats));

  // Neither is resized: the files have the clip's size.
  const video = { frames: (bytes.data() as Uint8Array).slice(), width: size, height: size, frameRate: 10 };
  for (const one of [files[0] as string, video])
    expect(await bytewise.predict(one)).toEqual(await predictor.predict(one));
});

it('predicts of frames that are resized nearly the same', async () => {
  const { model } = await tinyMaterial(folder);
  using predictor = await Predictor.open(model);
  using bytewise = await Predictor.open(model, { pixels: 'uint8' });
  const random = derive(4);
  const frames = Uint8Array.from({ length: 8 * 50 * 40 * 3 }, () => Math.floor(256 * random.float()));
  const video = { frames, width: 50, height: 40 };
  const [exact, rounded] = [await predictor.predict(video), await bytewise.predict(video)];
  expect(rounded).not.toEqual(exact);
  exact.forEach((value, i) => expect(Math.abs(value - (rounded[i] as number))).toBeLessThan(1e-2));
});
