import { modelCases, parseClipInput } from '../model/cases';
import { PLAIN_PROGRAMS, REFERENCE_PROGRAM } from '../program';
import type { Candidates } from '../suite';
import { listBenchmarks } from '../typescript/lists';
import { measureBenchmarks } from '../typescript/measures';

/** Work that stays the same whatever becomes of the project: native/bench/reference_bench.cc. */
export const REFERENCES = ['ReferenceMatrixProduct', 'ReferenceCopy', 'ReferenceDecode'] as const;
export type Reference = (typeof REFERENCES)[number];

const INPUT = parseClipInput('64x8x2');
const CLIP = 'size:64/frames:8/batch:2';

/**
 * What a quick run times, with what it is measured by: of the kind that limits it. On one thread, as more make the figures those of the machine's number of processors; of
 * videos that are made on the spot by encoders that every FFmpeg has; nothing that waits for a disk.
 */
export const QUICK_BENCHMARKS: Readonly<Record<string, Reference>> = {
  [`BackboneForward/a0-base/${CLIP}/threads:1`]: 'ReferenceMatrixProduct',
  [`Forward/a0-stream/${CLIP}/threads:1`]: 'ReferenceMatrixProduct',
  [`Forward/a0-stream-relu6/${CLIP}/threads:1`]: 'ReferenceMatrixProduct',
  [`HeadTrainingStep/a0-base/${CLIP}/threads:1`]: 'ReferenceMatrixProduct',
  [`TrainingStep/a0-stream-relu6/${CLIP}/threads:1`]: 'ReferenceMatrixProduct',
  'StreamFrame/a0-stream-relu6/size:64/threads:1': 'ReferenceMatrixProduct',
  'SessionRunOperations/operations:100': 'ReferenceMatrixProduct',
  'TensorRoundTrip/clips:1': 'ReferenceCopy',
  'MixClips/box:0/threads:1': 'ReferenceCopy',
  'ResizeWithPad/width:320/height:240/size:224': 'ReferenceMatrixProduct',
  'ResizeTransformed/transform:3': 'ReferenceMatrixProduct',
  'DecodeCodec/mpeg4': 'ReferenceDecode',
  'DecodeCodec/mjpeg': 'ReferenceDecode',
  'SeekCodec/mpeg4': 'ReferenceDecode',
  'PlanEpoch/files:10000': 'ReferenceMatrixProduct',
  'Meters/clips:4000/classes:101': 'ReferenceMatrixProduct',
  'ReportPage/clips:4000/epochs:100': 'ReferenceMatrixProduct',
  'ReadCheckpointIndex/a2-base': 'ReferenceMatrixProduct',
};

export const quickCandidates = (): Candidates => ({
  programs: [REFERENCE_PROGRAM, ...PLAIN_PROGRAMS],
  cases: modelCases(['a0-base', 'a0-stream', 'a0-stream-relu6'], [INPUT], { threads: [1] }),
  scripts: [...listBenchmarks, ...measureBenchmarks],
});
