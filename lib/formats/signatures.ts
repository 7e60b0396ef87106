import { UsageError } from '../base/errors';
import type { RunPlan, LoadedSavedModel } from '../native/session';
import type { NativeTensor } from '../native/tensor';
import { signaturesOf, type InspectedSignature } from './inspect-saved-model';

interface PreparedSignature {
  readonly inputs: readonly [name: string, dtype: string][];
  readonly outputs: readonly string[];
  readonly plan: RunPlan;
}

interface PreparedModel {
  readonly signatures: Readonly<Record<string, InspectedSignature>>;
  readonly prepared: Map<string, PreparedSignature>;
}

/** Descriptions are megabytes: each is read once. */
const models = new WeakMap<LoadedSavedModel, PreparedModel>();

/**
 * Runs a loaded SavedModel by the name of a signature: tensors by the signature's own input and output names. The caller disposes both. Throws
 * {@link UsageError} for an unknown signature and for inputs that are missing, unknown or of another dtype, and TensorFlowError where the run
 * itself fails.
 */
export async function runSignature(
  loaded: LoadedSavedModel,
  name: string,
  feeds: Readonly<Record<string, NativeTensor>>,
): Promise<Record<string, NativeTensor>> {
  const { inputs, outputs, plan } = prepare(loaded, name);
  const problems = [
    ...inputs.flatMap(([input, dtype]) => {
      const given = feeds[input]?.dtype;
      if (given === undefined) return [`${input} is missing`];
      return given === dtype ? [] : [`${input} is ${given}, expected ${dtype}`];
    }),
    ...Object.keys(feeds)
      .filter((feed) => !inputs.some(([input]) => input === feed))
      .map((feed) => `${feed} is unknown`),
  ];
  if (problems.length > 0) {
    const more = problems.length > 3 ? ` and ${problems.length - 3} more` : '';
    throw new UsageError(`The inputs do not fit the signature ${name}: ${problems.slice(0, 3).join('; ')}${more}`);
  }
  const results = await loaded.session.run(
    plan,
    inputs.map(([input]) => feeds[input]!),
  );
  return Object.fromEntries(outputs.map((output, index) => [output, results[index]!]));
}

function prepare(loaded: LoadedSavedModel, name: string): PreparedSignature {
  const model: PreparedModel = models.get(loaded) ?? {
    signatures: signaturesOf(loaded.metaGraphDef),
    prepared: new Map(),
  };
  models.set(loaded, model);
  const known = model.prepared.get(name);
  if (known) return known;
  const signature = Object.hasOwn(model.signatures, name) ? model.signatures[name] : undefined;
  if (signature === undefined) {
    throw new UsageError(
      `The SavedModel has no signature "${name}": it has ${Object.keys(model.signatures).join(', ') || 'none'}`,
    );
  }
  const inputs = Object.entries(signature.inputs);
  const outputs = Object.entries(signature.outputs);
  const prepared = {
    inputs: inputs.map(([input, { dtype }]): [string, string] => [input, dtype]),
    outputs: outputs.map(([output]) => output),
    plan: loaded.session.prepare(
      inputs.map(([, { tensor }]) => tensor),
      outputs.map(([, { tensor }]) => tensor),
    ),
  };
  model.prepared.set(name, prepared);
  return prepared;
}
