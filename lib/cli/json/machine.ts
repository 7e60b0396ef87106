import { z } from 'zod';
import { count, resultOf } from './parts';

const library = { path: z.string().exactOptional(), version: z.string().exactOptional() };
const step = z.strictObject({ name: z.string(), done: z.boolean(), detail: z.string().exactOptional() });

/** Of `doctor --json`. What is missing on the machine is absent. */
export const doctorResult = resultOf(
  {
    versions: z.record(z.string(), z.string()),
    cpu: z.strictObject({
      model: z.string(),
      processors: count,
      memoryBytes: count,
      features: z.array(z.string()),
      lacking: z.array(z.string()),
    }),
    nvidia: z.strictObject({
      driver: z.string().exactOptional(),
      gpus: z.array(z.strictObject({ name: z.string(), memoryMiB: count, computeCapability: z.string() })),
    }),
    setup: z.array(step),
    addon: z.strictObject({ path: z.string(), loads: z.boolean(), error: z.string().exactOptional() }),
    tensorflow: z.strictObject({
      ...library,
      build: z.enum(['CPU', 'CUDA']).exactOptional(),
      devices: z.array(z.strictObject({ name: z.string(), type: z.string(), memoryBytes: z.number() })),
    }),
    opencv: z.strictObject(library),
    ffmpeg: z.strictObject(library),
    missingLibraries: z.array(z.string()),
    cudaLibraries: z.array(z.strictObject({ soname: z.string(), path: z.string().exactOptional() })),
    problems: z
      .array(z.string())
      .describe('what stands in the way, most important first; the exit status is 1 where there is any'),
  },
  'A machine',
);
