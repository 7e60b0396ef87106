import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../lib/base/shown';
import { singleLabel } from '../../lib/base/task';
import { commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { option } from '../../lib/cli/options/option';
import { listenForInterrupt } from '../../lib/cli/program/interrupt';
import { choice, jsonOption, text, verboseOption } from '../../lib/cli/program/options';
import { createOutput } from '../../lib/cli/program/results';
import { createProgress } from '../../lib/cli/terminal/progress';
import { InferenceSession } from '../../lib/inference/inference-session';
import { exportModel } from '../../lib/model/export/export-model';
import { createModel, type MovinetModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { MODEL_IDS } from '../../lib/movinet/model-id';
import type { ModelId } from '../../lib/movinet/options';
import { type Addon, loadAddon } from '../../lib/native/addon';
import { pythonOf } from '../bench/peers/inputs/environments';
import { referenceClip, referenceWeights } from '../parity/reference-weights';
import { casesOf, type ExportCase, framesOf, type Reading, readingsOf, runScript, SIZE } from './readings';

const CLASSES = 600;
/** Of the largest difference over the largest logit. */
const LIMIT = 1e-4;

export const checkExportsTable = commandTable({
  name: 'check:exports',
  script: true,
  description: 'Exports models in each format and lets each engine that reads it compute logits: they must be ours.',
  options: {
    model: option(
      z.array(choice(MODEL_IDS)).default(['a0-base', 'a0-stream', 'a0-stream-relu6', 'a2-base', 'a2-stream']),
      {
        ...{ value: '<id>', help: 'a model, of the numbers of the golden files', repeated: true },
        fallback: 'a0-base, a0-stream, a0-stream-relu6, a2-base, a2-stream',
      },
    ),
    python: option(text.default('python3.11'), {
      ...{ value: '<program>', help: "CPython 3.11, which the engines' environments are made with" },
    }),
    json: jsonOption,
    verbose: verboseOption,
  },
});

/** What an engine made of an export. */
interface Checked {
  readonly passed: boolean;
  readonly said: string;
}

/** `npm run check:exports`: a line for each export and engine; exit status 1 where the logits differ by more than 1e-4 (OpenVINO's 2e-4), or an engine cannot read one. */
export async function checkExports(argv: readonly string[]): Promise<void> {
  const { options } = parseCommand(checkExportsTable, argv);
  const output = createOutput(options);
  const progress = createProgress({ json: options.json, quiet: false });
  using interrupt = listenForInterrupt((line) => progress.line(line));
  const addon = loadAddon();
  const models = new Map(options.model.map((id) => [id, referenceModel(id)]));
  const folder = mkdtempSync(join(tmpdir(), 'movinet-exports-'));
  const onMake = (name: string): void => progress.line(`Making the Python environment ${name}`);
  const environment = (name: string): Promise<string> =>
    pythonOf(name, { python: options.python, onMake, signal: interrupt.signal });
  let failed = false;
  try {
    const cases = casesOf(options.model, (id) => models.get(id)?.options.causal === true);
    for (const [index, one] of cases.entries()) {
      const place = join(folder, String(index));
      const model = models.get(one.model) as MovinetModel;
      await exportModel(model, place, one.format, { ...one.options, addon });
      const expected = `${place}.json`;
      writeFileSync(expected, JSON.stringify([...(await logitsOf(addon, model, framesOf(one)))]));
      for (const reading of readingsOf(one)) {
        const read = { place, expected, reading, environment, signal: interrupt.signal };
        const { passed, said } = await checked(one, read).catch((error: unknown): Checked => {
          interrupt.signal.throwIfAborted();
          return { passed: false, said: messageOf(error) };
        });
        failed ||= !passed;
        const what = `${one.model} ${one.format}${one.options.trainable === true ? ' --trainable' : ''}`;
        const result = { ...one, engine: reading.engine, passed, said };
        output.result(result, `${passed ? 'pass' : 'FAIL'}  ${what.padEnd(36)} ${reading.engine.padEnd(32)} ${said}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (failed) process.exitCode = 1;
}

/** Of the numbers of the golden files: those of any other seed may amplify rounding. */
function referenceModel(id: ModelId): MovinetModel {
  const classes = Array.from({ length: CLASSES }, (_, index) => `class ${index}`);
  return createModel({ id, task: singleLabel(classes) }, referenceWeights(architectureOf(id, CLASSES)));
}

async function logitsOf(addon: Addon, model: MovinetModel, frames: number): Promise<Float32Array> {
  using session = await InferenceSession.open(addon, model, { frames, size: SIZE });
  const shape = [1, frames, SIZE, SIZE, 3];
  using clips = addon.createTensor('float32', shape);
  (clips.data() as Float32Array).set(referenceClip(shape));
  return (await session.evaluate(clips)).logits;
}

interface ReadOptions {
  readonly place: string;
  readonly expected: string;
  readonly reading: Reading;
  readonly environment: (name: string) => Promise<string>;
  readonly signal: AbortSignal;
}

async function checked(
  one: ExportCase,
  { place, expected, reading, environment, signal }: ReadOptions,
): Promise<Checked> {
  const { converted } = reading;
  const args = [place, '--expected', expected, ...(reading.args ?? [])];
  // What fixes its sizes says them itself.
  if (one.options.shape === undefined) args.push('--clip-shape', `1,${framesOf(one)},${SIZE},${SIZE}`);
  if (converted !== undefined) {
    const file = `${place}.${converted}`;
    const converter = await environment('converter');
    await runScript(converter, 'exports/convert_export.py', [place, '--to', converted, '--out', file], signal);
    args.push('--file', file);
  }
  const python = await environment(reading.environment);
  const { relative_error: error, engine } = await runScript(python, reading.script, args, signal);
  const version = engine === undefined ? '' : `  ${engine}`;
  return typeof error === 'number'
    ? { passed: error <= (reading.limit ?? LIMIT), said: `${error.toExponential(1)}${version}` }
    : { passed: false, said: `not finite${version}` };
}
