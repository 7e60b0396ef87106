import { loadAddon } from '../../../lib/native/addon';
import type { NativeTensor } from '../../../lib/native/tensor';

const addon = loadAddon();
export const width = 48;
export const height = 32;
export const size = 16;
export const frameValues = size * size * 3;

export function frameBytes(index: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 2 + index * 11) % 256);
}

export async function writeVideo(path: string, frames: number): Promise<void> {
  const writer = await addon.createVideoWriter(path, { width, height, fps: 10, fourcc: 'MJPG' });
  for (let i = 0; i < frames; i++) await writer.write(frameBytes(i));
  await writer.close();
}

export function target(batch: number, frames: number): NativeTensor {
  return addon.createTensor('float32', [batch, frames, size, size, 3]);
}

export function values(tensor: NativeTensor): Float32Array {
  return tensor.data() as Float32Array;
}

export function frame(tensor: NativeTensor, index: number): number[] {
  return [...values(tensor).subarray(index * frameValues, (index + 1) * frameValues)];
}

/** Every frame of the video, one after the other. */
export async function allFrames(video: string): Promise<NativeTensor> {
  const all = target(1, 20);
  const reader = await addon.openVideo(video);
  expect(await reader.read(all, 20, 1)).toBe(20);
  reader.close();
  return all;
}

/** Native code makes the errors of Node's own realm, jest's TypeError is another class. */
export const typeError = { name: 'TypeError' };

export function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
