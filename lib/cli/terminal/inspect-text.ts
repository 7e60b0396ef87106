import columnsOf from 'string-width';
import { describeSpacing } from '../../base/clip';
import { listClasses } from '../../base/task';
import type { ModelDescription } from '../../model/model-folder';
import type { TrainingRecord } from '../../model/training-record';
import type { Inspection } from '../../formats/inspect';
import type { InspectedGraph, InspectedTensor } from '../../formats/inspect-saved-model';

const UNITS = ['KB', 'MB', 'GB'];

/** Decimal units: `12.3 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${UNITS[power - 1] ?? ''}`;
}

function formatShape(shape: readonly number[] | null): string {
  return shape === null ? 'any shape' : `[${shape.join(', ')}]`;
}

/** Cells in columns as wide as their widest; the last one as it is. */
function table(rows: readonly (readonly string[])[], indent: string): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column] ?? ''))));
  return rows.map(
    (row) =>
      indent +
      row
        .map((cell, column) =>
          column < row.length - 1 ? cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)) : cell,
        )
        .join('  '),
  );
}

function tensorLines(title: string, tensors: Readonly<Record<string, InspectedTensor>>): string[] {
  const rows = Object.entries(tensors).map(([name, { tensor, dtype, shape }]) => [
    name,
    dtype,
    formatShape(shape),
    tensor,
  ]);
  return [`  ${title}`, ...table(rows, '    ')];
}

function graphLines({
  tags,
  tensorFlowVersion,
  operations,
  functions,
  xla,
  signatures,
  assets,
}: InspectedGraph): string[] {
  return [
    `Tags: ${tags.join(', ')}; TensorFlow ${tensorFlowVersion || 'of unknown version'}; ${operations} operations, ${functions} functions`,
    xla > 0
      ? `Needs XLA: ${xla} functions or operations are marked for it; TensorFlow without XLA cannot run them`
      : 'Needs no XLA',
    ...(assets.length > 0 ? [`Assets: ${assets.join(', ')}`] : []),
    ...Object.entries(signatures).flatMap(([name, { inputs, outputs }]) => [
      `Signature ${name}`,
      ...tensorLines('inputs', inputs),
      ...tensorLines('outputs', outputs),
    ]),
  ];
}

function modelLines({ model, task, clip, frameRate, training }: ModelDescription): string[] {
  const { size, frames, every } = clip;
  const rate = frameRate === undefined ? '' : ` of videos of ${Number(frameRate.toFixed(2))} frames a second`;
  return [
    `Model: ${model}, ${task.classes.length} classes (${task.kind}): ${listClasses(task)}; clips of ${frames} frames, ${describeSpacing(every)}, ${size}²${rate}`,
    ...(training === undefined ? [] : trainingLines(training)),
  ];
}

function trainingLines({ data, weights, seed, epochs, steps, finished, versions }: TrainingRecord): string[] {
  const { name, split, splitSeed, videos } = data;
  const divided =
    split === undefined ? '' : `, split ${split}${splitSeed === undefined ? '' : ` with seed ${splitSeed}`}`;
  const software = Object.entries(versions).map(([program, version]) => `${program} ${version}`);
  return [
    `Trained on ${name}${divided}: ${videos.train} train, ${videos.validation} validation and ${videos.test} test videos`,
    `Trained from ${weights}: ${epochs} epochs, ${steps} steps, seed ${seed}, until ${finished}; ${software.join(', ')}`,
  ];
}

/** An inspection for people, several lines. */
export function inspectionText(inspection: Inspection, model?: ModelDescription): string {
  const { kind, path, graphs, variables, variableCount, elements, variableBytes, files, bytes } = inspection;
  return [
    `${kind === 'saved-model' ? 'SavedModel' : 'Checkpoint'} ${path}`,
    ...(model === undefined ? [] : modelLines(model)),
    ...graphs.flatMap(graphLines),
    `Variables: ${variableCount}, ${elements.toLocaleString('en')} numbers, ${formatBytes(variableBytes)}`,
    ...table(
      variables.map(({ key, dtype, shape }) => [formatShape(shape), dtype, key]),
      '  ',
    ),
    `Files: ${files.length}, ${formatBytes(bytes)}`,
    ...table(
      files.map((file) => [file.path, formatBytes(file.bytes)]),
      '  ',
    ),
  ].join('\n');
}
