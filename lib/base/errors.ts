/** Base of every error that this library throws on purpose: its message is one line, fit to show to a user. */
export class MovinetError extends Error {
  override name = 'MovinetError';
}

/** A wrong option, argument or combination of them. Commands exit with status 2. */
export class UsageError extends MovinetError {
  override name = 'UsageError';
}

/** A data set that cannot be used: a missing folder, an empty class, too many broken files. */
export class DatasetError extends MovinetError {
  override name = 'DatasetError';
}

/** A video that cannot be opened or decoded. */
export class VideoError extends MovinetError {
  override name = 'VideoError';
  constructor(
    message: string,
    readonly path: string,
  ) {
    super(message);
  }
}

/** Weights that do not fit the model: a missing variable, another shape, a damaged file. */
export class CheckpointError extends MovinetError {
  override name = 'CheckpointError';
}

/** A variable whose shape in a checkpoint is not the model's. */
export interface ShapeMismatch {
  /** Its path below the model. */
  readonly path: string;
  readonly expected: readonly number[];
  readonly actual: readonly number[];
}

/** What does not match between a checkpoint and a model, by paths below the model. */
export interface CheckpointDifferences {
  readonly missing: readonly string[];
  /** In the checkpoint's model and not in this one: an error only in layers that this one has too. */
  readonly extra: readonly string[];
  readonly mismatched: readonly ShapeMismatch[];
}

/** How many names of each kind a message has. */
const SHOWN = 3;

/** Weights of another model: its fields list every variable that does not match, its message the first ones. */
export class CheckpointMismatchError extends CheckpointError implements CheckpointDifferences {
  override name = 'CheckpointMismatchError';
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly mismatched: readonly ShapeMismatch[];

  /** `subject` begins the message, such as "The checkpoint ckpt-1"; `total` is the number of variables asked for. */
  constructor(subject: string, total: number, { missing, extra, mismatched }: CheckpointDifferences) {
    const shapes = mismatched.map(
      ({ path, expected, actual }) =>
        `${path} with shape [${actual.join(', ')}], the model's is [${expected.join(', ')}]`,
    );
    const parts = [
      missing.length > 0 && `lacks ${missing.length} of ${total} variables: ${firstOf(missing)}`,
      shapes.length > 0 && `has ${shapes.length} of another shape: ${firstOf(shapes)}`,
      extra.length > 0 && `has ${extra.length} that the model lacks: ${firstOf(extra)}`,
    ].filter((part) => part !== false);
    super(`${subject} ${parts.join('; ')}; is it another model's?`);
    this.missing = missing;
    this.extra = extra;
    this.mismatched = mismatched;
  }

  /** Whether the message leaves some out. */
  get shortened(): boolean {
    return [this.missing, this.extra, this.mismatched].some(({ length }) => length > SHOWN);
  }
}

function firstOf(texts: readonly string[]): string {
  const shown = texts.slice(0, SHOWN).join(', ');
  return texts.length > SHOWN ? `${shown} and ${texts.length - SHOWN} more` : shown;
}

/** A download that failed, was cut off, or brought other bytes than promised. */
export class DownloadError extends MovinetError {
  override name = 'DownloadError';
}

/** A result that could not be written: an unwritable folder, a full disk. */
export class OutputError extends MovinetError {
  override name = 'OutputError';
}

/** TensorFlow refused or failed; `code` is the canonical status name, such as `INVALID_ARGUMENT`. */
export class TensorFlowError extends MovinetError {
  override name = 'TensorFlowError';
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/**
 * What keeps the addon from being loaded: it is not built, a library is missing or not the one it was built with, the system's libraries are older
 * than those it was built with, it is for another processor or C library, a file is damaged, or Node was told to load no addons.
 */
export type AddonFailure =
  | 'not-built'
  | 'missing-library'
  | 'other-library'
  | 'old-system'
  | 'wrong-machine'
  | 'damaged'
  | 'disabled'
  | 'unknown';

/** The native addon cannot be loaded; the message ends with what to do about it, `cause` is the dynamic linker's own. */
export class AddonError extends MovinetError {
  override name = 'AddonError';
  constructor(
    message: string,
    readonly reason: AddonFailure,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
