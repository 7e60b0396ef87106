import { setTimeout } from 'node:timers/promises';
import { UsageError } from '../../lib/base/errors';
import { ModelStream } from '../../lib/inference/model-stream';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';
import { clipTensor, feed, FRAMES, framesOf, referenceModel, relativeError, SIZE } from './support/reference-stream';

const addon = loadAddon();

async function expectNoMoreTensors(before: number): Promise<void> {
  // Views are freed a few turns of the event loop after their tensors.
  for (let i = 0; i < 200 && addon.liveCounts().tensors > before; i++) {
    await setTimeout(10);
  }
  expect(addon.liveCounts().tensors).toBeLessThanOrEqual(before);
}

describe('ModelStream', () => {
  const model = referenceModel('a0-stream-relu6');
  let clip: NativeTensor;
  beforeAll(() => {
    clip = clipTensor([1, FRAMES, SIZE, SIZE, 3]);
  });
  afterAll(() => clip.dispose());

  it('takes pushes that are not awaited one after the other', async () => {
    using stream = await ModelStream.open(model, { addon });
    const inTurn = await feed(stream, clip, [1, 1, 1]);
    stream.reset();
    const frames = [0, 1, 2].map((index) => framesOf(clip, index, index + 1));
    const pushed = frames.map((frame) => stream.push(frame));
    expect(() => stream.reset()).toThrow(/during a push/);
    expect(() => stream.state()).toThrow(/during a push/);
    const logits = await Promise.all(pushed);
    expect(relativeError(logits[2] as Float32Array, inTurn)).toBeLessThanOrEqual(1e-6);
    frames.forEach((frame) => frame.dispose());
  });

  it('keeps its state over a push of a wrong shape', async () => {
    using stream = await ModelStream.open(model, { addon });
    const expected = await feed(stream, clip, [1, 2]);
    stream.reset();
    await feed(stream, clip, [1]);
    using larger = clipTensor([1, 1, 64, 64, 3]);
    await expect(stream.push(larger)).rejects.toThrow(UsageError);
    await expect(stream.push(larger)).rejects.toThrow(/\[1, 1 or more, 48, 48, 3\], got float32 \[1, 1, 64, 64, 3\]/);
    using twoVideos = addon.createTensor('float32', [2, 1, SIZE, SIZE, 3]);
    await expect(stream.push(twoVideos)).rejects.toThrow(UsageError);
    using none = addon.createTensor('float32', [1, 0, SIZE, SIZE, 3]);
    await expect(stream.push(none)).rejects.toThrow(UsageError);
    using bytes = addon.createTensor('uint8', [1, 1, SIZE, SIZE, 3]);
    await expect(stream.push(bytes)).rejects.toThrow(/got uint8/);
    expect(relativeError(await feed(stream, clip, [2], 1), expected)).toBeLessThanOrEqual(1e-6);
  });

  it('warms up without a trace', async () => {
    using stream = await ModelStream.open(model, { addon });
    await feed(stream, clip, [2]);
    const before = stream.state();
    await stream.warmUp();
    expect(stream.state()).toEqual(before);
  });

  it('refuses a model that is not causal, and names those that are', async () => {
    const base = referenceModel('a0-base');
    await expect(ModelStream.open(base, { addon })).rejects.toThrow(UsageError);
    await expect(ModelStream.open(base, { addon })).rejects.toThrow(/a0-base cannot stream.*a0-stream/);
    const made = referenceModel('t0-stream', { causal: false });
    await expect(ModelStream.open(made, { addon })).rejects.toThrow(
      /t0-stream cannot stream: .*; this one was made with causal: false$/,
    );
  });

  it('refuses a batch or a frame size that is none', async () => {
    await expect(ModelStream.open(model, { addon, batch: 0 })).rejects.toThrow(UsageError);
    await expect(ModelStream.open(model, { addon, size: [48, 1.5] })).rejects.toThrow(/size must be .*\[48,1.5\]/);
  });

  it('has siblings that know nothing of one another, and outlive it', async () => {
    const before = addon.liveCounts();
    const first = await ModelStream.open(model, { addon });
    const expected = await feed(first, clip, [1, 2]);
    using second = first.sibling();
    using third = second.sibling();
    expect([first.frames, second.frames]).toEqual([3, 0]);
    expect(addon.liveCounts().sessions).toBe(before.sessions + 1);
    // At the same time, in one session.
    const [more, same] = await Promise.all([feed(first, clip, [1, 1], 3), feed(second, clip, [1, 1, 1])]);
    expect(relativeError(same, expected)).toBeLessThanOrEqual(1e-6);
    expect(relativeError(more, same)).toBeGreaterThan(1e-3);
    first.dispose();
    expect(() => first.sibling()).toThrow(/disposed/);
    expect(relativeError(await feed(third, clip, [3]), expected)).toBeLessThanOrEqual(1e-5);
    second.dispose();
    second.dispose();
    expect(relativeError(await feed(third, clip, [2], 3), more)).toBeLessThanOrEqual(1e-5);
    third.dispose();
    for (let turn = 0; turn < 500 && addon.liveCounts().sessions > before.sessions; turn++) await setTimeout(10);
    expect(addon.liveCounts().sessions).toBeLessThanOrEqual(before.sessions);
  });

  it('cannot be used after dispose', async () => {
    const stream = await ModelStream.open(model, { addon });
    using frame = framesOf(clip, 0, 1);
    const underWay = stream.push(frame);
    await Promise.resolve();
    stream.dispose();
    stream.dispose();
    await expect(underWay).rejects.toThrow(/disposed/);
    await expect(stream.push(frame)).rejects.toThrow(/disposed/);
    expect(() => stream.state()).toThrow(/disposed/);
    expect(() => stream.reset()).toThrow(/disposed/);
    expect(() => stream.frames).toThrow(/disposed/);
  });

  it('keeps the number of tensors, whatever the number of pushes', async () => {
    const before = addon.liveCounts();
    {
      using stream = await ModelStream.open(model, { addon });
      await feed(stream, clip, [1]);
      await setTimeout(50);
      const open = addon.liveCounts().tensors;
      using frame = framesOf(clip, 0, 1);
      for (let i = 0; i < 50; i++) await stream.push(frame);
      await expectNoMoreTensors(open + 1);
      expect(stream.frames).toBe(51);
    }
    await expectNoMoreTensors(before.tensors);
    // A session ends on its thread, after it was closed.
    for (let turn = 0; turn < 500 && addon.liveCounts().sessions > before.sessions; turn++) await setTimeout(10);
    expect(addon.liveCounts().sessions).toBeLessThanOrEqual(before.sessions);
  });
});
