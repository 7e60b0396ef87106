import type { NativeTensor } from '../../../lib/native/tensor';
import { addon, batchOf, openProgram, sameBits } from '../support/step-programs';

/** Clips whose pixels are bytes, as such and as the float32 that the decoder makes of them. */
function bothOf(rows: readonly number[]): { floats: ReturnType<typeof batchOf>; bytes: NativeTensor } {
  const floats = batchOf(rows, 'clips');
  const bytes = addon.createTensor('uint8', floats.inputs.shape);
  const [values, rounded] = [floats.inputs.data() as Float32Array, bytes.data() as Uint8Array];
  values.forEach((value, i) => {
    rounded[i] = Math.round(255 * value);
    values[i] = rounded[i] * Math.fround(1 / 255);
  });
  return { floats, bytes };
}

it.each([
  ['the head learns', (stage: string) => stage === 'classifier_head'],
  ['the last block too', (stage: string) => stage === 'classifier_head' || stage === 'head' || stage === 'block4'],
])(
  'are learned from and classified as the same pixels in float32 are, to the last bit, where %s',
  async (_, trainable) => {
    using fromFloats = (await openProgram({ trainable })).program;
    using fromBytes = (await openProgram({ trainable })).program;
    const { floats, bytes } = bothOf([0, 1, 2]);
    using owned = floats;
    using rounded = bytes;
    for (let step = 0; step < 2; step++) {
      const expected = await fromFloats.trainBatch(owned);
      expect(await fromBytes.trainBatch({ ...owned, inputs: rounded })).toEqual(expected);
    }
    sameBits(await fromBytes.readAll(), await fromFloats.readAll());
    expect(await fromBytes.evaluate(rounded)).toEqual(await fromFloats.evaluate(owned.inputs));
    // One session takes either.
    expect(await fromBytes.evaluate(owned.inputs)).toEqual(await fromBytes.evaluate(rounded));
    using features = await fromBytes.features(rounded);
    using expected = await fromFloats.features(owned.inputs);
    expect(features.data()).toEqual(expected.data());
  },
);
