import fc from 'fast-check';
import { TensorFlowError } from '../../lib/base/errors';
import { WithinMemory } from '../../lib/inference/within-memory';
import { loadAddon } from '../../lib/native/addon';

const addon = loadAddon();

function batchOf(count: number): ReturnType<typeof addon.createTensor> {
  const tensor = addon.createTensor('float32', [count, 2]);
  (tensor.data() as Float32Array).forEach((_, i, data) => (data[i] = i));
  return tensor;
}

it('gives every row to the work once and in order, in parts that fit', async () => {
  const batches = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(batches, fc.integer({ min: 1, max: 20 }), async (counts, fits) => {
      const warnings: string[] = [];
      const memory = new WithinMemory(addon, { what: 'Work', warn: (text) => void warnings.push(text) });
      for (const count of counts) {
        using inputs = batchOf(count);
        const seen: number[] = [];
        await memory.each(inputs, (part) => {
          if (part.count > fits) return Promise.reject(new TensorFlowError('OOM', 'RESOURCE_EXHAUSTED'));
          expect(part.first).toBe(seen.length / 2);
          expect(part.inputs.shape).toEqual([part.count, 2]);
          seen.push(...(part.inputs.data() as Float32Array));
          return Promise.resolve();
        });
        expect(seen).toEqual([...(inputs.data() as Float32Array)]);
      }
      expect(warnings.length > 0).toBe(Math.max(...counts) > fits);
    }),
    { seed: 1 },
  );
});

it.each([new TensorFlowError('wrong', 'INVALID_ARGUMENT'), new Error('broken on purpose')])(
  'does not take %s for a lack of memory',
  async (error) => {
    const memory = new WithinMemory(addon, { what: 'Work' });
    using inputs = batchOf(4);
    await expect(memory.each(inputs, () => Promise.reject(error))).rejects.toBe(error);
  },
);
